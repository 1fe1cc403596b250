/** What cannot go on is put aside with its reason, and the others go on. */
import { sql } from 'kysely';
import { expect, test, vi } from 'vitest';
import { newId } from '../../../db/id.ts';
import { markAllOpen } from '../../../db/queries/marks.ts';
import { repairEnrolment } from '../../../db/queries/repairs.ts';
import { handlers } from '../../../workflows/effects/index.ts';
import { addCandidate, addPool, day, minute } from '../../harness/house.ts';
import {
  advance,
  clock,
  enter,
  fresh,
  house,
  only,
  publishChain,
  record,
  standOnEmptyGround,
} from './stage.ts';

standOnEmptyGround();

test('a pool that is gone blocks the run with its reason, and does not fail the others', async () => {
  const pool = await addPool(fresh.db, 'Silver medallists');
  const { flowId } = await publishChain([
    ['start', 'manual'],
    ['wait', 'wait', { for: 'P1D' }],
    ['pool', 'add-to-pool', { poolId: pool }],
    ['end', 'end'],
  ]);
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  await enter(ana, flowId);
  await fresh.db.deleteFrom('pool').where('id', '=', pool).execute();
  clock.set(clock.now() + 1 * day);
  const { id } = await only();
  expect(await advance(id)).toMatchObject({ done: false, wakeAt: null });
  expect(await only()).toMatchObject({ status: 'blocked', node_id: 'pool' });
});

test('a run that is blocked leaves when time alone makes the flow’s condition for leaving true, and is looked at though its clock is lost', async () => {
  const pool = await addPool(fresh.db, 'Silver medallists');
  const { flowId } = await publishChain(
    [
      ['start', 'manual'],
      ['wait', 'wait', { for: 'P1D' }],
      ['pool', 'add-to-pool', { poolId: pool }],
      ['end', 'end'],
    ],
    { exitOn: [], exitWhen: { field: 'candidate.createdAt', op: 'not-within-last', value: 'P10D' } },
  );
  const known = clock.now();
  await enter(await addCandidate(fresh.db, { name: 'Ana Costa' }, known), flowId);
  await fresh.db.deleteFrom('pool').where('id', '=', pool).execute();
  clock.set(known + day);
  const { id } = await only();
  expect(await advance(id)).toMatchObject({ done: false, wakeAt: known + 10 * day });
  expect(await only()).toMatchObject({ status: 'blocked', wake_at: new Date(known + 10 * day) });
  // A new store of Temporal's knows nothing of it; and a clock that was lost is missed a minute later.
  const marks = async () => (await fresh.db.selectFrom('mark').select('enrolment_id').execute()).length;
  expect(await markAllOpen(fresh.db)).toBe(1);
  await fresh.db.deleteFrom('mark').execute();
  clock.set(known + 10 * day + 2 * minute);
  await house.pumps.find((pump) => pump.name === 'sweep')?.round();
  expect(await marks()).toBe(1);
  expect(await advance(id)).toEqual({ done: true });
  expect(await only()).toMatchObject({ status: 'exited', end_reason: 'exit-when' });
});

test('what the database refuses is a failed visit, not an endless retry', async () => {
  const { flowId } = await publishChain([
    ['start', 'manual'],
    ['one', 'add-tag', { tag: 'one' }],
    ['two', 'add-tag', { tag: 'two' }],
    ['end', 'end'],
  ]);
  await sql`alter table candidate add constraint poison check (not 'two' = any(tags))`.execute(fresh.db);
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  await enter(ana, flowId);
  await sql`alter table candidate drop constraint poison`.execute(fresh.db);
  const run = await only();
  expect(run).toMatchObject({ status: 'blocked', node_id: 'two' });
  expect(run.state.problem).toMatchObject({ code: 'database-refused', detail: { sqlState: '23514' } });
  const { tags } = await fresh.db.selectFrom('candidate').select('tags').executeTakeFirstOrThrow();
  expect(tags, 'what came before it stands').toEqual(['one']);
});

test('a run that the interpreter cannot work out is blocked with a reason, alone, and not tried for ever', async () => {
  const waiting = () =>
    publishChain(
      [
        ['start', 'manual'],
        ['wait', 'wait', { for: 'P1D' }],
        ['end', 'end'],
      ],
      { exitWhen: { field: 'candidate.status', op: 'is', value: 'hired' } },
    );
  const { flowId: soundId } = await waiting();
  const { flowId, versionId } = await waiting();
  // A condition of a kind that this version does not know, as a newer one may have stored it.
  await sql`update flow_version set plan = jsonb_set(plan, '{settings,exitWhen}', '{"unless": []}') where id = ${versionId}`.execute(
    fresh.db,
  );
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  const rui = await addCandidate(fresh.db, { name: 'Rui Costa' });
  await record(ana, { type: 'enrolment.requested', data: { flowId } });
  await record(rui, { type: 'enrolment.requested', data: { flowId: soundId } });
  await house.settle();
  const runs = await fresh.db.selectFrom('enrolment').selectAll().orderBy('status').execute();
  expect(runs.map((run) => [run.flow_id, run.status])).toEqual([
    [flowId, 'blocked'],
    [soundId, 'open'],
  ]);
  expect(runs[0]?.state.problem).toMatchObject({ code: 'step-broken' });
});

const tagging = () =>
  publishChain([
    ['start', 'manual'],
    ['wait', 'wait', { for: 'P1D' }],
    ['tag', 'add-tag', { tag: 'warm' }],
    ['end', 'end'],
  ]);

/** Three who wait together, their time come; the first is the one who will be at fault. */
async function threeWhoseTimeHasCome() {
  const { flowId, versionId } = await tagging();
  const people: string[] = [];
  for (const name of ['Ana Costa', 'Rui Costa', 'Eva Lima']) {
    const id = await addCandidate(fresh.db, { name });
    await enter(id, flowId);
    people.push(id);
  }
  clock.set(clock.now() + day);
  return { people, versionId, poisoned: (await runOf(people[0] ?? '')).id };
}
const runOf = (candidateId: string) =>
  fresh.db
    .selectFrom('enrolment')
    .selectAll()
    .where('candidate_id', '=', candidateId)
    .executeTakeFirstOrThrow();
const advanceEveryone = async () => {
  const runs = await fresh.db.selectFrom('enrolment').select('id').execute();
  return Promise.all(runs.map(({ id }) => advance(id)));
};
const standing = async (people: readonly string[]) =>
  Promise.all(people.map(async (id) => (await runOf(id)).status));
const failures = (id: string) =>
  fresh.db
    .selectFrom('step')
    .select(['node_id', 'visit'])
    .where('enrolment_id', '=', id)
    .where('outcome', '=', 'failed')
    .execute();

test('a run whose plan cannot be read is blocked with its reason, once, and those who come with it go on', async () => {
  const { people, versionId, poisoned } = await threeWhoseTimeHasCome();
  const unreadable = newId();
  await sql`insert into flow_version select (jsonb_populate_record(v, jsonb_build_object('id', ${unreadable}::text, 'number', 99, 'plan', '{"ops": 7}'::jsonb))).*
    from flow_version v where id = ${versionId}`.execute(fresh.db);
  await sql`update enrolment set version_id = ${unreadable} where id = ${poisoned}`.execute(fresh.db);
  await advanceEveryone();
  expect(await standing(people)).toEqual(['blocked', 'ended', 'ended']);
  expect((await runOf(people[0] ?? '')).state.problem).toMatchObject({ node: 'wait', code: 'step-broken' });
  expect(await advance(poisoned)).toMatchObject({ done: false, wakeAt: null });
  expect(await failures(poisoned)).toEqual([{ node_id: 'wait', visit: 1 }]);
  await sql`update enrolment set version_id = ${versionId} where id = ${poisoned}`.execute(fresh.db);
  expect(await repairEnrolment(fresh.db, poisoned, { action: 'retry' }, 'marta', clock.now())).toBe('open');
});

test('a run whose effect throws is blocked with its reason, those who come with it go on, and it goes on once repaired', async () => {
  const { people, poisoned } = await threeWhoseTimeHasCome();
  const handler = handlers['candidate.tag'];
  const know = handler.know.bind(handler);
  const spoilt = vi.spyOn(handler, 'know').mockImplementation((asked, world) => {
    if (asked.some(({ place }) => place.enrolmentId === poisoned)) throw new TypeError('No such thing.');
    return know(asked, world);
  });
  try {
    await advanceEveryone();
  } finally {
    spoilt.mockRestore();
  }
  expect(await standing(people)).toEqual(['blocked', 'ended', 'ended']);
  const { problem } = (await runOf(people[0] ?? '')).state;
  expect(problem).toMatchObject({ code: 'step-broken', detail: { error: 'TypeError' } });
  expect(await failures(poisoned)).toHaveLength(1);
  expect(await repairEnrolment(fresh.db, poisoned, { action: 'retry' }, 'marta', clock.now())).toBe('open');
  // It goes on from where it stood: its wait begins anew.
  await advance(poisoned);
  clock.set(clock.now() + day);
  await advance(poisoned);
  expect(await standing(people)).toEqual(['ended', 'ended', 'ended']);
  const tagged = await fresh.db.selectFrom('candidate').select('tags').execute();
  expect(tagged.map(({ tags }) => tags)).toEqual([['warm'], ['warm'], ['warm']]);
});

test('an event that cannot be routed is put aside and the others go on', async () => {
  const { flowId, versionId } = await publishChain([
    ['start', 'manual'],
    ['end', 'end'],
  ]);
  const broken = await publishChain([
    ['start', 'manual'],
    ['end', 'end'],
  ]);
  await sql`update flow_version set plan = '{"triggers": 7}' where id = ${broken.versionId}`.execute(
    fresh.db,
  );
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  const rui = await addCandidate(fresh.db, { name: 'Rui Costa' });
  await record(ana, { type: 'enrolment.requested', data: { flowId: broken.flowId } });
  await record(rui, { type: 'enrolment.requested', data: { flowId } });
  await house.settle();
  expect(await fresh.db.selectFrom('enrolment').select(['candidate_id', 'version_id']).execute()).toEqual([
    { candidate_id: rui, version_id: versionId },
  ]);
  // How often it has been tried by now depends on the database's clock.
  const aside = await fresh.db
    .selectFrom('event_queue')
    .select(sql<boolean>`attempts > 0`.as('tried'))
    .execute();
  expect(aside).toEqual([{ tried: true }]);
});
