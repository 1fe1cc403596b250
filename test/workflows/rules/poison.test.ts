/** What cannot go on is put aside with its reason, and the others go on. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { markAllOpen } from '../../../db/queries/marks.ts';
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
