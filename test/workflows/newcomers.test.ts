import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';
import {
  addCandidate,
  addPipeline,
  addSource,
  type GreenhousePerson,
  greenhouse,
  type House,
  houseOn,
  monday,
  receive,
  testClock,
} from '../harness/house.ts';

let fresh: FreshDatabase;
let house: House;
let source: string;

beforeEach(async () => {
  fresh = await freshDatabase();
  house = houseOn(fresh.db, testClock());
  await addPipeline(fresh.db);
  source = await addSource(fresh.db);
});
afterEach(() => fresh.drop());

const someone = (id: number, more: Partial<GreenhousePerson> = {}) =>
  greenhouse({ id, firstName: 'Ada', lastName: `Costa ${id}`, email: `ada${id}@costa.example`, ...more });

const post = (payload: unknown) => receive(fresh.db, source, 'greenhouse', payload);

const outcomes = async () =>
  Object.fromEntries(
    (await fresh.db.selectFrom('inbound').select(['id', 'status', 'outcome']).execute()).map((row) => [
      row.id,
      `${row.status}: ${row.outcome}`,
    ]),
  );

/** Every candidate's events have the seqs 1, 2, 3 … */
async function seqsAreDense(): Promise<boolean> {
  const odd = await sql`
    select from candidate c left join event e on e.candidate_id = c.id group by c.id
    having c.event_seq <> count(e.id) or coalesce(max(e.seq), 0) <> count(e.id)`.execute(fresh.db);
  return odd.rows.length === 0;
}

test('requests that come at once are each what they would be alone', async () => {
  await post(someone(1));
  await house.settle();
  await addCandidate(fresh.db, { name: 'Bea Known', email: 'bea@known.example' });
  const again = await post(someone(1, { stage: 'Recruiter screen' }));
  const newcomer = await post(someone(2));
  const twin = await post(someone(3, { email: 'Ada2@costa.example ' }));
  const known = await post(someone(4, { email: 'bea@known.example' }));
  const hired = await post({ ...someone(5), action: 'hire_candidate' });
  const ping = await post({ action: 'ping' });
  const unreadable = await post({ action: 'new_candidate_application', payload: {} });
  await house.settle();
  expect(await outcomes()).toMatchObject({
    [again]: 'done: Known candidate, stage changed.',
    [newcomer]: 'done: New candidate, new application.',
    [twin]: 'done: Known candidate, new application.',
    [known]: 'done: Known candidate, new application.',
    [hired]: 'done: New candidate, new application, hired.',
    [ping]: expect.stringMatching(/^ignored: /),
    [unreadable]: expect.stringMatching(/^dead: /),
  });
  const people = await fresh.db.selectFrom('candidate').select('id').execute();
  expect(people).toHaveLength(4);
  expect(await fresh.db.selectFrom('inbound_queue').select('inbound_id').execute()).toEqual([]);
  expect(await seqsAreDense()).toBe(true);
});

test('one whom the database refuses takes none of the others along', async () => {
  await post(someone(1));
  await house.settle();
  await fresh.db.schema
    .alterTable('candidate')
    .addCheckConstraint('no_third', sql`last_name <> 'Costa 3'`)
    .execute();
  const ids: string[] = [];
  for (const id of [2, 3, 4]) ids.push(await post(someone(id)));
  for (const pump of house.pumps) if (pump.name === 'intake') await pump.round();
  const said = await outcomes();
  expect(ids.map((id) => said[id])).toEqual([
    'done: New candidate, new application.',
    'new: null',
    'done: New candidate, new application.',
  ]);
  const left = await fresh.db.selectFrom('inbound_queue').selectAll().execute();
  expect(left).toMatchObject([{ inbound_id: ids[1], attempts: 1 }]);
});

test('what the database refuses every time is dead after eight tries, and tried no more', async () => {
  await post(someone(1));
  await house.settle();
  await fresh.db.schema
    .alterTable('candidate')
    .addCheckConstraint('no_third', sql`last_name <> 'Costa 3'`)
    .execute();
  const id = await post(someone(3));
  for (let tries = 1; tries <= 8; tries++) {
    expect((await outcomes())[id]).toBe('new: null');
    await sql`update inbound_queue set next_at = now()`.execute(fresh.db);
    await house.settle();
  }
  expect((await outcomes())[id]).toBe('dead: Could not be taken in (error 23514).');
  expect(await fresh.db.selectFrom('inbound_queue').selectAll().execute()).toEqual([]);
});

test('tries that fail because the database is full do not count', async () => {
  await post(someone(1));
  await house.settle();
  await sql`
    create function full_disk() returns trigger language plpgsql as $$
    begin raise exception using errcode = '53100', message = 'full'; end $$;
    create trigger full_disk before insert on candidate execute function full_disk();`.execute(fresh.db);
  const id = await post(someone(2));
  const tryAgain = async () => {
    await sql`update inbound_queue set next_at = now()`.execute(fresh.db);
    await house.settle();
  };
  for (let tries = 0; tries < 12; tries++) await tryAgain();
  expect(await fresh.db.selectFrom('inbound_queue').select(['attempts', 'delays']).execute()).toEqual([
    { attempts: 0, delays: 12 },
  ]);
  await sql`drop trigger full_disk on candidate`.execute(fresh.db);
  await tryAgain();
  expect((await outcomes())[id]).toBe('done: New candidate, new application.');
});

test('two workers that take in the same people at the same moment make each of them once', async () => {
  await post(someone(1000));
  await house.settle();
  // Every person twice, under two ids of the source, so that both workers meet them.
  for (let id = 1; id <= 40; id++) {
    await post(someone(id, { email: `one${id % 20}@costa.example` }));
  }
  const intake = () => {
    const other = houseOn(fresh.db, testClock(monday));
    return other.pumps.filter((pump) => pump.name === 'intake');
  };
  const work = async (pumps: ReturnType<typeof intake>) => {
    for (let round = 0; round < 50; round++) for (const pump of pumps) await pump.round();
  };
  await Promise.all([work(intake()), work(intake()), work(intake())]);
  const people = await fresh.db.selectFrom('candidate').select('id').execute();
  expect(people).toHaveLength(21);
  const applications = await fresh.db.selectFrom('application').select('id').execute();
  expect(applications).toHaveLength(41);
  expect(await fresh.db.selectFrom('inbound_queue').select('inbound_id').execute()).toEqual([]);
  expect(await seqsAreDense()).toBe(true);
});
