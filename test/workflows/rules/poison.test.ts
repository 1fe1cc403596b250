/** What cannot go on is put aside with its reason, and the others go on. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { addCandidate, addPool, day } from '../../harness/house.ts';
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
