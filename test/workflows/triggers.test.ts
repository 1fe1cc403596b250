/** Flows that start because the time has come: each occasion enters each candidate once, whatever happens meanwhile. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { newId } from '../../db/id.ts';
import { changeWorkspace, readWorkspace } from '../../db/queries/accounts.ts';
import { changeCandidate, changeTags } from '../../db/queries/candidates.ts';
import { changeFlow, pauseByHand, publishFlow, resumeFlow } from '../../db/queries/flows.ts';
import { answerConsent } from '../../db/queries/invitations.ts';
import { mergeCandidates } from '../../db/queries/merge.ts';
import { changePool, createPool } from '../../db/queries/pools.ts';
import type { PumpWork } from '../../workflows/pumps/pump.ts';
import { addCandidate, addPool, day, houseOn, minute } from '../harness/house.ts';
import {
  advance,
  chain,
  clock,
  enter,
  fresh,
  house,
  publishChain,
  record,
  standOnEmptyGround,
} from './rules/stage.ts';

standOnEmptyGround();

const person = { kind: 'person' as const, id: 'ops' };
type Data = Record<string, unknown>;
const nodes = (type: string, data: Data): Parameters<typeof chain>[0] => [
  ['start', type, data],
  ['end', 'end'],
];
const starting = (type: string, data: Data, settings = {}) => publishChain(nodes(type, data), settings);

const utc = (text: string) => Date.parse(`${text}Z`);
const told = (at: Date) => at.toISOString().slice(0, 16);

async function born(name: string, birthday: string, timeZone?: string): Promise<string> {
  const id = await addCandidate(fresh.db, { name, timeZone });
  await changeCandidate(fresh.db, id, { custom: { birthday } }, person, clock.now());
  return id;
}

/** From one due row to the next, as pumps would meet them, until the clock shows `to`. */
async function pass(to: number): Promise<void> {
  await house.settle();
  const due = pumpOf(house, 'due');
  for (;;) {
    const next = await fresh.db
      .selectFrom('due')
      .select((eb) => eb.fn.min('next_at').as('at'))
      .where('dead_reason', 'is', null)
      .executeTakeFirst();
    if (!next?.at || next.at.getTime() > to) break;
    clock.set(Math.max(clock.now(), next.at.getTime()));
    await due.round();
    const told = await fresh.db.selectFrom('event_queue').select('event_id').limit(1).execute();
    if (told.length > 0) await house.settle();
  }
  clock.set(to);
  await house.settle();
}
type House = typeof house;

/** Who entered when, by UTC: `Ana 2026-11-24T09:00`. */
async function entries(): Promise<string[]> {
  const found = await sql<{ name: string; at: Date }>`
    select c.full_name as name, e.started_at as at from enrolment e join candidate c on c.id = e.candidate_id order by e.started_at, c.full_name`.execute(
    fresh.db,
  );
  return found.rows.map(({ name, at }) => `${name} ${told(at)}`);
}

const pumpOf = (works: House, name: string) => works.pumps.find((pump) => pump.name === name) as PumpWork;

const everyMonday = (poolId: string, more: Data = {}) => ({
  rule: 'FREQ=WEEKLY;BYDAY=MO',
  start: '2026-01-05',
  at: '09:00',
  poolId,
  ...more,
});

/** A pool of so many; answers the pool. */
async function crowd(many: number): Promise<string> {
  const { db } = fresh;
  const poolId = await addPool(db, `Crowd ${newId()}`);
  await sql`
    with made as (
      insert into candidate (id, full_name, name_key, search_key, created_at, updated_at, last_activity_at)
      select gen_random_uuid(), 'Person ' || n, 'person ' || n, 'person ' || n, ${new Date(clock.now())}, ${new Date(clock.now())}, ${new Date(clock.now())}
      from generate_series(1, ${many}) as n returning id
    )
    insert into pool_member (pool_id, candidate_id, joined_at, by_kind) select ${poolId}, id, ${new Date(clock.now())}, 'person' from made`.execute(
    db,
  );
  return poolId;
}

/** How often each candidate has the occasion, and how many have it: `{ 1: 1200 }`. */
async function timesTold(type: string): Promise<Record<string, number>> {
  const found = await sql<{ times: number; n: number }>`
    select times::int, count(*)::int as n from (
      select candidate_id, count(*) as times from event where type = ${type} group by 1
    ) as each group by 1`.execute(fresh.db);
  return Object.fromEntries(found.rows.map(({ times, n }) => [times, n]));
}

test('one birthday comes in Auckland, Lisbon and Honolulu at nine on each one’s own clock, once in a year', async () => {
  await starting(
    'date-comes',
    { field: 'candidate.custom.birthday', yearly: true, at: '09:00' },
    { reentry: 'always' },
  );
  await born('Aroha', '1990-11-25', 'Pacific/Auckland');
  await born('Lena', '1990-11-25', 'Europe/Lisbon');
  await born('Kai', '1990-11-25', 'Pacific/Honolulu');
  await born('Zoe', '1990-11-26', 'Europe/Lisbon');
  await born('Uli', '1990-11-25');
  await pass(utc('2026-11-26T00:00'));
  expect(await entries()).toEqual([
    'Aroha 2026-11-24T20:00',
    'Lena 2026-11-25T09:00',
    'Uli 2026-11-25T09:00',
    'Kai 2026-11-25T19:00',
  ]);
  const event = await fresh.db
    .selectFrom('event')
    .select(['data', 'at'])
    .where('type', '=', 'date.came')
    .orderBy('at')
    .executeTakeFirstOrThrow();
  expect([told(event.at), event.data]).toEqual([
    '2026-11-24T20:00',
    expect.objectContaining({ node: 'start', label: 'birthday', date: '2026-11-25' }),
  ]);
});

test('a birthday that is changed on the day comes no second time that year, and one changed before comes when it says', async () => {
  await starting(
    'date-comes',
    { field: 'candidate.custom.birthday', yearly: true, at: '09:00' },
    { reentry: 'always' },
  );
  const ana = await born('Ana', '1990-11-24');
  const bea = await born('Bea', '1990-11-24');
  const change = (id: string, birthday: string) =>
    changeCandidate(fresh.db, id, { custom: { birthday } }, person, clock.now());
  await change(bea, '1990-11-26');
  await pass(utc('2026-11-24T10:00'));
  await change(ana, '1991-11-25');
  await pass(utc('2026-11-30T00:00'));
  expect(await entries()).toEqual(['Ana 2026-11-24T09:00', 'Bea 2026-11-26T09:00']);
  // What is no date is nobody’s birthday.
  await change(ana, '1990-02-30');
  expect(await fresh.db.selectFrom('candidate_date').select('candidate_id').execute()).toEqual([
    { candidate_id: bea },
  ]);
});

test('whoever was born on 29 February has her day on the 28th in other years', async () => {
  const days = { field: 'candidate.custom.birthday', yearly: true, at: '09:00' };
  await born('Lea', '1996-02-29');
  await born('Max', '1995-02-28');
  for (const year of [2027, 2028]) {
    clock.set(utc(`${year}-02-26T12:00`));
    const { flowId } = await starting('date-comes', days);
    await pass(utc(`${year}-03-02T00:00`));
    await pauseByHand(fresh.db, flowId, null, clock.now());
    await changeFlow(fresh.db, flowId, { archived: true }, clock.now());
  }
  expect(await entries()).toEqual([
    'Lea 2027-02-28T09:00',
    'Max 2027-02-28T09:00',
    'Max 2028-02-28T09:00',
    'Lea 2028-02-29T09:00',
  ]);
});

test('a time that the clocks skip comes as much later, and one that comes twice comes once', async () => {
  const ida = await addCandidate(fresh.db, { name: 'Ida', timeZone: 'Europe/Berlin' });
  const ned = await addCandidate(fresh.db, { name: 'Ned', timeZone: 'America/New_York' });
  await changeCandidate(fresh.db, ida, { custom: { visit: '2027-03-28' } }, person, clock.now());
  await changeCandidate(fresh.db, ned, { custom: { call: '2027-11-07' } }, person, clock.now());
  clock.set(utc('2027-03-27T00:00'));
  await starting('date-comes', { field: 'candidate.custom.visit', at: '02:30' });
  await pass(utc('2027-03-30T00:00'));
  await fresh.db.deleteFrom('due').execute();
  clock.set(utc('2027-11-06T00:00'));
  await starting('date-comes', { field: 'candidate.custom.call', at: '01:30' });
  await pass(utc('2027-11-10T00:00'));
  expect(await entries()).toEqual(['Ida 2027-03-28T01:30', 'Ned 2027-11-07T05:30']);
});

test('a date may be counted from or towards, by days and by months of whatever length', async () => {
  await starting('date-comes', {
    field: 'candidate.custom.start',
    offset: 'P3D',
    side: 'before',
    at: '09:00',
  });
  await starting('date-comes', { field: 'candidate.custom.met', offset: 'P1M', side: 'after', at: '10:00' });
  const ana = await addCandidate(fresh.db, { name: 'Ana' });
  const bea = await addCandidate(fresh.db, { name: 'Bea' });
  await changeCandidate(
    fresh.db,
    ana,
    { custom: { start: '2027-01-02', met: '2027-01-31' } },
    person,
    clock.now(),
  );
  await changeCandidate(fresh.db, bea, { custom: { met: '2027-01-28T22:00:00Z' } }, person, clock.now());
  await pass(utc('2027-03-10T00:00'));
  expect(await entries()).toEqual(['Ana 2026-12-30T09:00', 'Ana 2027-02-28T10:00', 'Bea 2027-02-28T10:00']);
});

test('the end of consent comes as it stands when its day does: later once renewed, never once withdrawn', async () => {
  const { db } = fresh;
  const asking = await publishChain(nodes('manual', {}), { reentry: 'always' });
  const field = 'candidate.consentUntil';
  const asks = [
    { field, offset: 'P3D', side: 'before', at: '09:00' },
    { field, at: '10:00' },
    { field, offset: 'P1D', side: 'after', at: '11:00' },
  ];
  for (const ask of asks) await starting('date-comes', ask, { reentry: 'always' });
  /** Asked for consent that lasts so long; answers the link's token. */
  async function ask(candidateId: string, lasts: string | null): Promise<string> {
    await enter(candidateId, asking.flowId);
    const run = await db
      .selectFrom('enrolment')
      .select('id')
      .where('candidate_id', '=', candidateId)
      .where('flow_id', '=', asking.flowId)
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow();
    const token = newId();
    await db
      .insertInto('invitation')
      .values({
        ...{
          id: newId(clock.now()),
          kind: 'consent',
          enrolment_id: run.id,
          node_id: 'start',
          visit: 1,
          token,
        },
        ...{ details: JSON.stringify(lasts ? { lasts } : {}), created_at: new Date(clock.now()) },
      })
      .execute();
    return token;
  }
  const [ana, bea, cleo, dora] = [
    await addCandidate(db, { name: 'Ana' }),
    await addCandidate(db, { name: 'Bea' }),
    await addCandidate(db, { name: 'Cleo' }),
    await addCandidate(db, { name: 'Dora', timeZone: 'Pacific/Auckland' }),
  ];
  const beas = await ask(bea, 'P10D');
  for (const token of [await ask(ana, 'P10D'), beas, await ask(cleo, null), await ask(dora, 'P10D')])
    await answerConsent(db, token, 'given', clock.now());
  await pass(utc('2026-11-25T12:00'));
  await answerConsent(db, beas, 'withdrawn', clock.now());
  // Ana's ends on 3 December, 14:32; so does Dora's, which is the 4th where she is.
  await pass(utc('2026-12-01T12:00'));
  await answerConsent(db, await ask(ana, 'P10D'), 'given', clock.now());
  await pass(utc('2026-12-14T00:00'));
  const entered = await sql<{ name: string; at: Date }>`
    select c.full_name as name, e.started_at as at from enrolment e join candidate c on c.id = e.candidate_id
    where e.flow_id <> ${asking.flowId} order by e.started_at, c.full_name`.execute(db);
  expect(entered.rows.map(({ name, at }) => `${name} ${told(at)}`)).toEqual([
    'Ana 2026-11-30T09:00',
    'Dora 2026-11-30T20:00',
    'Dora 2026-12-03T21:00',
    'Dora 2026-12-04T22:00',
    'Ana 2026-12-08T09:00',
    'Ana 2026-12-11T10:00',
    'Ana 2026-12-12T11:00',
  ]);
});

test('an anniversary of an application comes with that application, on the calendar of where she is', async () => {
  const { db } = fresh;
  await starting('date-comes', { field: 'application.appliedAt', yearly: true, at: '09:00' });
  const ana = await addCandidate(db, { name: 'Ana', timeZone: 'Pacific/Auckland' });
  const pipelineId = newId();
  await db.insertInto('pipeline').values({ id: pipelineId, name: 'P', created_at: new Date() }).execute();
  const id = newId();
  const at = new Date(utc('2025-11-30T12:00'));
  await db
    .insertInto('application')
    .values({
      ...{ id, candidate_id: ana, pipeline_id: pipelineId, stage_since: at, applied_at: at, created_at: at },
    })
    .execute();
  await pass(utc('2026-12-05T00:00'));
  expect(await entries()).toEqual(['Ana 2026-11-30T20:00']);
  const run = await db.selectFrom('enrolment').select('application_id').executeTakeFirstOrThrow();
  expect(run.application_id).toBe(id);
});

test('the first person in a zone has her birthday at nine on her own clock, however she came there', async () => {
  await starting('date-comes', { field: 'candidate.custom.birthday', yearly: true, at: '09:00' });
  // The workspace's clock is the only one so far; in Tokyo it is nine at midnight UTC.
  clock.set(utc('2026-11-25T12:00'));
  await pass(utc('2026-11-25T12:01'));
  await born('Yuki', '1990-11-26', 'Asia/Tokyo');
  const moved = await born('Ana', '1990-11-26', 'Europe/Lisbon');
  await changeCandidate(fresh.db, moved, { timeZone: 'America/Los_Angeles' }, person, clock.now());
  const guessed = await born('Dan', '1990-11-26', 'Europe/Lisbon');
  await changeCandidate(fresh.db, guessed, { timeZone: null, country: 'NZ' }, person, clock.now());
  await pass(utc('2026-11-26T00:00'));
  expect(await entries()).toEqual(['Dan 2026-11-25T20:00', 'Yuki 2026-11-26T00:00']);
  await pass(utc('2026-11-26T17:00'));
  expect(await entries()).toContain('Ana 2026-11-26T17:00');
});

test('whoever becomes known in a new zone after nine on her birthday has it next year', async () => {
  await starting('date-comes', { field: 'candidate.custom.birthday', yearly: true, at: '09:00' });
  await pass(utc('2026-11-26T01:00'));
  const yuki = await born('Yuki', '1990-11-26', 'Asia/Tokyo');
  await fresh.db
    .updateTable('candidate')
    .set({ created_at: new Date(clock.now()) })
    .where('id', '=', yuki)
    .execute();
  await pass(utc('2026-11-27T12:00'));
  expect(await entries()).toEqual([]);
});

test('a workspace that moves to another clock has its days by the new one at once', async () => {
  const { timeZone } = await readWorkspace(fresh.db);
  await starting('date-comes', { field: 'candidate.custom.birthday', yearly: true, at: '09:00' });
  await born('Ana', '1990-11-26');
  await fresh.db.updateTable('candidate').set({ time_zone: null, time_zone_from: null }).execute();
  clock.set(utc('2026-11-25T12:00'));
  await pass(utc('2026-11-25T12:01'));
  try {
    await changeWorkspace(fresh.db, { timeZone: 'Asia/Tokyo' }, clock.now());
    await pass(utc('2026-11-26T00:00'));
    expect(await entries()).toEqual(['Ana 2026-11-26T00:00']);
  } finally {
    await changeWorkspace(fresh.db, { timeZone }, clock.now());
  }
});

test('a public holiday comes to those who live where it is one, at nine on their own clocks', async () => {
  const { db } = fresh;
  const live = async (name: string, country: string | null, timeZone: string) => {
    const id = await addCandidate(db, { name, timeZone });
    await changeCandidate(db, id, { country }, person, clock.now());
  };
  await live('Ines', 'PT', 'Europe/Lisbon');
  await live('Dan', 'US', 'America/New_York');
  await live('Nora', null, 'Europe/Lisbon');
  clock.set(utc('2026-11-25T00:00'));
  await starting('holiday', { at: '09:00' });
  await starting('holiday', { name: 'christmas day', at: '10:00' }, { reentry: 'always' });
  // 26 November is Thanksgiving there, 1 December Restoration of Independence in Portugal.
  await pass(utc('2026-12-02T00:00'));
  expect(await entries()).toEqual(['Dan 2026-11-26T14:00', 'Ines 2026-12-01T09:00']);
  await pass(utc('2026-12-26T00:00'));
  const christmas = await db
    .selectFrom('event')
    .select(['at', 'data'])
    .where('type', '=', 'holiday.came')
    .orderBy('at')
    .execute();
  expect(christmas.map(({ at, data }) => `${told(at)} ${data.name}`)).toContain(
    '2026-12-25T10:00 Christmas Day',
  );
  expect(await entries()).toContain('Dan 2026-12-25T15:00');
});

test('a schedule for whoever fits finds them by the condition, whose folded keys are not made yet among them', async () => {
  const { db } = fresh;
  const ana = await addCandidate(db, { name: 'Ana', tags: ['Warm'] });
  await addCandidate(db, { name: 'Bea' });
  const silver = await addPool(db, 'Silver medallists');
  const when = { field: 'candidate.tags', op: 'contains', value: 'warm' };
  const { poolId: _all, ...rule } = everyMonday(silver);
  await starting('schedule', { ...rule, when });
  await starting('schedule', { ...rule, poolId: silver, when });
  await pass(utc('2026-12-01T00:00'));
  expect(await entries()).toEqual(['Ana 2026-11-30T09:00']);
  expect(
    (await db.selectFrom('enrolment').select('candidate_id').execute()).map((run) => run.candidate_id),
  ).toEqual([ana]);
});

test('a worker that dies between two pages leaves the rest to the next one, and everyone enters once', async () => {
  await starting('schedule', everyMonday(await crowd(1200)));
  clock.set(utc('2026-11-30T09:00'));
  const first = pumpOf(house, 'due');
  expect(await first.round()).toBe(1);
  expect(await timesTold('schedule.came')).toEqual({ 1: 500 });
  // The second page is written and never committed.
  await expect(
    fresh.db.transaction().execute(async (trx) => {
      const { takeSweep } = await import('../../db/queries/sweeps.ts');
      const row = await trx.selectFrom('due').selectAll().executeTakeFirstOrThrow();
      await takeSweep(trx, row as never, clock.now());
      throw new Error('killed');
    }),
  ).rejects.toThrow('killed');
  expect(await timesTold('schedule.came')).toEqual({ 1: 500 });
  await houseOn(fresh.db, clock).settle();
  expect(await timesTold('schedule.came')).toEqual({ 1: 1200 });
  expect(await fresh.db.selectFrom('enrolment').select('id').execute()).toHaveLength(1200);
  const due = await fresh.db.selectFrom('due').select('at').executeTakeFirstOrThrow();
  expect(told(due.at)).toBe('2026-12-07T09:00');
});

test('workers that sweep at the same time give everyone the occasion once', async () => {
  await starting('schedule', everyMonday(await crowd(1200)));
  clock.set(utc('2026-11-30T09:00'));
  const workers = [house, houseOn(fresh.db, clock), houseOn(fresh.db, clock)];
  for (let n = 0; n < 4; n++) await Promise.all(workers.map((works) => pumpOf(works, 'due').round()));
  await house.settle();
  expect(await timesTold('schedule.came')).toEqual({ 1: 1200 });
});

test('a flow published while it sweeps goes on where it was, and one whose trigger changed begins anew, nobody twice', async () => {
  const { db } = fresh;
  const poolId = await crowd(1200);
  const { flowId } = await starting('schedule', everyMonday(poolId));
  clock.set(utc('2026-11-30T09:00'));
  const due = pumpOf(house, 'due');
  await due.round();
  const publishAgain = async (data: Data) => {
    await db
      .updateTable('flow')
      .set({ draft: JSON.stringify(chain(nodes('schedule', data))) })
      .where('id', '=', flowId)
      .execute();
    return publishFlow(db, { flowId, by: 'ops', note: '', now: clock.now() });
  };
  await Promise.all([due.round(), publishAgain(everyMonday(poolId)), due.round()]);
  await pass(clock.now() + minute);
  expect(await timesTold('schedule.came')).toEqual({ 1: 1200 });
  expect(await publishAgain(everyMonday(poolId, { at: '15:00' }))).toMatchObject({ number: 3 });
  await pass(utc('2026-11-30T20:00'));
  // The same day again at another hour is the same occasion.
  expect(await timesTold('schedule.came')).toEqual({ 1: 1200 });
  await pass(utc('2026-12-07T15:01'));
  expect(await timesTold('schedule.came')).toEqual({ 2: 1200 });
});

test('whoever is merged while a sweep is under way has the occasion once, whichever record stays', async () => {
  const { db } = fresh;
  const poolId = await crowd(700);
  await starting('schedule', everyMonday(poolId));
  const ids = (await db.selectFrom('candidate').select('id').orderBy('id').execute()).map((row) => row.id);
  const outsider = '00000000-0000-7000-8000-000000000001';
  await sql`insert into candidate (id, full_name, name_key, search_key, created_at, updated_at, last_activity_at)
    values (${outsider}, 'Early', 'early', 'early', now(), now(), now())`.execute(db);
  clock.set(utc('2026-11-30T09:00'));
  await pumpOf(house, 'due').round();
  const merge = (keep: string | undefined, lose: string | undefined) =>
    db
      .transaction()
      .execute((trx) =>
        mergeCandidates(trx, { keep: keep ?? '', lose: lose ?? '', by: person }, clock.now()),
      );
  // Not looked at yet, into a record that the page has passed; had it already, into one that is still to come.
  await merge(outsider, ids[650]);
  await merge(ids[600], ids[10]);
  await house.settle();
  const events = await sql<{ id: string; n: number }>`
    select c.id, (select count(*)::int from event e where e.candidate_id = c.id and e.type = 'schedule.came') as n
    from candidate c where c.merged_into is null`.execute(db);
  expect(events.rows.filter(({ n }) => n !== 1)).toEqual([]);
  expect(events.rows).toHaveLength(699);
});

test('members are spread over the window, each at her own point of it every time', async () => {
  await starting('schedule', everyMonday(await crowd(60), { window: 'PT1H' }), { reentry: 'always' });
  await pass(utc('2026-12-07T11:00'));
  const found = await sql<{ id: string; first: Date; second: Date; n: number }>`
    select candidate_id as id, min(at) as first, max(at) as second, count(*)::int as n from event where type = 'schedule.came' group by 1`.execute(
    fresh.db,
  );
  expect(found.rows).toHaveLength(60);
  for (const { first, second, n } of found.rows) {
    expect(n).toBe(2);
    expect(second.getTime() - first.getTime()).toBe(7 * day);
    expect(first.getTime()).toBeGreaterThanOrEqual(utc('2026-11-30T09:00'));
    expect(first.getTime()).toBeLessThan(utc('2026-11-30T10:00'));
  }
  expect(new Set(found.rows.map(({ first }) => first.getTime())).size).toBeGreaterThan(8);
});

test('a schedule that has come to its end is planned no more, and cannot be published again; one that never comes is not published at all', async () => {
  const poolId = await crowd(1);
  const { flowId } = await starting('schedule', everyMonday(poolId, { rule: 'FREQ=DAILY;UNTIL=20261125' }), {
    reentry: 'always',
  });
  await pass(utc('2026-12-24T00:00'));
  expect((await entries()).map((entry) => entry.slice(-16))).toEqual([
    '2026-11-24T09:00',
    '2026-11-25T09:00',
  ]);
  expect(await fresh.db.selectFrom('due').select('id').execute()).toEqual([]);
  const again = () => publishFlow(fresh.db, { flowId, by: 'ops', note: '', now: clock.now() });
  expect(await again()).toMatchObject({ problems: [{ code: 'recurrence-over', node: 'start' }] });
  const never = everyMonday(poolId, { rule: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' });
  await fresh.db
    .updateTable('flow')
    .set({ draft: JSON.stringify(chain(nodes('schedule', never))) })
    .where('id', '=', flowId)
    .execute();
  expect(await again()).toMatchObject({
    problems: [
      { code: 'recurrence-never', field: 'rule', message: expect.stringMatching(/no day to which it comes/) },
    ],
  });
});

test('a schedule over a pool with a condition means whoever is in it on the day, each at her own point of the window', async () => {
  const { db } = fresh;
  const warm = { field: 'candidate.tags', op: 'contains', value: 'warm' } as const;
  const poolId = await createPool(db, { name: 'Warm', description: '', condition: warm }, clock.now());
  const ids: string[] = [];
  for (let n = 0; n < 20; n++) ids.push(await addCandidate(db, { name: `Ana ${n}`, tags: ['warm'] }));
  await starting('schedule', everyMonday(poolId ?? '', { window: 'PT2H' }), { reentry: 'always' });
  await pass(utc('2026-11-30T12:00'));
  expect(await timesTold('schedule.came')).toEqual({ 1: 20 });
  const [gone = '', ...stay] = ids;
  await changeTags(db, gone, { add: [], remove: ['warm'] }, person, clock.now());
  await pass(utc('2026-12-07T12:00'));
  expect(await timesTold('schedule.came')).toEqual({ 1: 1, 2: stay.length });
  const at = await sql<{ at: Date }>`select distinct at from event where type = 'schedule.came'`.execute(db);
  expect(at.rows.length, 'not all at once').toBeGreaterThan(8);
});

test('a schedule over a pool in the archive starts for nobody, and for its members once it is out again', async () => {
  const poolId = await crowd(3);
  await starting('schedule', everyMonday(poolId), { reentry: 'always' });
  await changePool(fresh.db, poolId, { archived: true }, clock.now());
  await pass(utc('2026-12-01T00:00'));
  expect(await entries()).toEqual([]);
  await changePool(fresh.db, poolId, { archived: false }, clock.now());
  await pass(utc('2026-12-08T00:00'));
  expect(await entries()).toHaveLength(3);
});

test('a paused flow lets its days pass with a reason, and resuming floods no one', async () => {
  const { db } = fresh;
  const { flowId } = await starting('schedule', everyMonday(await crowd(3)), { reentry: 'always' });
  await pauseByHand(db, flowId, null, clock.now());
  await pass(utc('2026-12-01T00:00'));
  const refused = await db.selectFrom('refusal').select(['code', 'detail']).execute();
  expect(refused).toEqual(
    Array.from({ length: 3 }, () => ({ code: 'flow-paused', detail: { date: '2026-11-30' } })),
  );
  await resumeFlow(db, flowId, clock.now());
  await pass(utc('2026-12-02T00:00'));
  expect(await entries()).toEqual([]);
  await pass(utc('2026-12-08T00:00'));
  expect(await entries()).toHaveLength(3);
});

test('a flow in the archive has no due row, and has one again when it is brought back', async () => {
  const { db } = fresh;
  const { flowId } = await starting('no-activity', { days: 90 });
  const rows = () => db.selectFrom('due').select('kind').execute();
  expect(await rows()).toEqual([{ kind: 'sweep' }]);
  await pauseByHand(db, flowId, null, clock.now());
  await changeFlow(db, flowId, { archived: true }, clock.now());
  expect(await rows()).toEqual([]);
  await changeFlow(db, flowId, { archived: false }, clock.now());
  expect(await rows()).toEqual([{ kind: 'sweep' }]);
});

test('silence is counted from what she did herself, to the very moment, and each silence once', async () => {
  const { db } = fresh;
  await addCandidate(db, { name: 'Old' }, clock.now() - 400 * day);
  const start = clock.now();
  const ana = await addCandidate(db, { name: 'Ana' }, start - 10 * day);
  await starting('no-activity', { days: 30 }, { reentry: 'always' });
  const bea = await addCandidate(db, { name: 'Bea' }, start + minute);
  await pass(start + 5 * day);
  // What we send, and what others do with her record, is no sign of life.
  await record(ana, { type: 'message.sent', by: { kind: 'provider' } });
  await record(ana, { type: 'candidate.tagged', data: { tag: 'x' } });
  await record(bea, { type: 'message.clicked', by: { kind: 'candidate' } });
  await pass(start + 70 * day);
  expect(await entries()).toEqual([
    `Ana ${told(new Date(start + 20 * day))}`,
    `Bea ${told(new Date(start + 35 * day))}`,
  ]);
  await record(ana, { type: 'form.submitted' });
  await pass(start + 99 * day);
  expect(await entries()).toHaveLength(2);
  await pass(start + 101 * day);
  expect((await entries()).at(-1)).toBe(`Ana ${told(new Date(start + 100 * day))}`);
});

test('silence in a paused flow enters and waits at the gate; re-entry rules hold for what the time brings, too', async () => {
  const { db } = fresh;
  const poolId = await crowd(2);
  await addCandidate(db, { name: 'Outsider' });
  const { flowId } = await publishChain([
    ['start', 'no-activity', { days: 30, poolId }],
    ['tag', 'add-tag', { tag: 'quiet' }],
    ['end', 'end'],
  ]);
  await pauseByHand(db, flowId, null, clock.now());
  await pass(clock.now() + 40 * day);
  const tags = () => db.selectFrom('candidate').select('tags').where(sql<boolean>`tags <> '{}'`).execute();
  expect([(await entries()).length, (await tags()).length]).toEqual([2, 0]);
  await resumeFlow(db, flowId, clock.now());
  for (const { id } of await db.selectFrom('enrolment').select('id').execute()) await advance(id);
  expect(await tags()).toHaveLength(2);
});

test('only the flow and the trigger that the time was meant for hear of it', async () => {
  const poolId = await crowd(1);
  const one = await starting('schedule', everyMonday(poolId));
  const other = await starting('schedule', everyMonday(poolId, { rule: 'FREQ=WEEKLY;BYDAY=TU' }));
  await pass(utc('2026-11-24T12:00'));
  const runs = await fresh.db.selectFrom('enrolment').select('flow_id').execute();
  expect(runs).toEqual([{ flow_id: other.flowId }]);
  await pass(utc('2026-11-30T12:00'));
  expect(
    (await fresh.db.selectFrom('enrolment').select('flow_id').execute()).map((run) => run.flow_id).sort(),
  ).toEqual([one.flowId, other.flowId].sort());
});

test('a schedule for many is no surge: the flow does not pause itself', async () => {
  const { flowId } = await starting('schedule', everyMonday(await crowd(300)), { reentry: 'always' });
  await pass(utc('2026-12-07T10:00'));
  const flow = await fresh.db.selectFrom('flow').select('state').where('id', '=', flowId).executeTakeFirst();
  expect([flow?.state, await timesTold('schedule.came')]).toEqual(['live', { 2: 300 }]);
});
