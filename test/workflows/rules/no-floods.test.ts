/** What is too old, too deep, too much or already in enrols no one, and says why. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { recordEvents } from '../../../db/queries/events.ts';
import { lockCandidates } from '../../../db/queries/lock.ts';
import { addCandidate, day } from '../../harness/house.ts';
import { clock, enter, fresh, house, publishChain, record, standOnEmptyGround } from './stage.ts';

standOnEmptyGround();

test('facts older than seven days, and flows that set each other off for ever, enrol no one and say why', async () => {
  await publishChain([
    ['start', 'joined-pool', { poolId: '01890000-0000-7000-8000-000000000000' }],
    ['end', 'end'],
  ]);
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  const data = { poolId: '01890000-0000-7000-8000-000000000000' };
  await record(ana, { type: 'pool.joined', data, at: clock.now() - 8 * day });
  await record(ana, { type: 'pool.joined', data, depth: 8 });
  await house.settle();
  expect(await fresh.db.selectFrom('enrolment').select('id').execute()).toEqual([]);
  const codes = await fresh.db.selectFrom('refusal').select('code').orderBy('code').execute();
  expect(codes.map((row) => row.code)).toEqual(['too-deep', 'too-old']);
});

test('a flow that starts ten times its usual rate pauses itself and says so', async () => {
  const poolId = '01890000-0000-7000-8000-000000000000';
  const { flowId, versionId } = await publishChain(
    [
      ['start', 'joined-pool', { poolId }],
      ['end', 'end'],
    ],
    { reentry: 'always' },
  );
  const started = clock.now();
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  const happens = async (times: number, type: string, data: Record<string, unknown>) => {
    const event = { candidateId: ana, type, data, by: { kind: 'person' as const } };
    await fresh.db.transaction().execute(async (trx) => {
      await lockCandidates(trx, [ana]);
      await recordEvents(trx, new Array(times).fill(event), clock.now());
    });
    await house.settle();
  };
  const joins = (times: number) => happens(times, 'pool.joined', { poolId });
  await joins(1);
  await sql`update flow_version set live_from = ${new Date(started - 10 * day)}`.execute(fresh.db);
  await sql`
    insert into enrolment (id, flow_id, version_id, candidate_id, entry_key, status, state, started_at)
    select gen_random_uuid(), ${flowId}, ${versionId}, ${ana}, n::text, 'ended', '{}', ${new Date(started)}::timestamptz - make_interval(hours => n)
    from generate_series(2, 160) as n`.execute(fresh.db);
  // Whom a recruiter puts in is no surge: she means it.
  await happens(5, 'enrolment.requested', { flowId });
  await joins(99);
  expect((await fresh.db.selectFrom('flow').select('state').executeTakeFirstOrThrow()).state).toBe('live');
  await joins(1);
  const flow = await fresh.db.selectFrom('flow').select(['state', 'paused_reason']).executeTakeFirstOrThrow();
  expect(flow).toEqual({
    state: 'paused',
    paused_reason: 'Paused by itself: 101 candidates entered within an hour, usually about 1 do.',
  });
});

test('re-entry is what the flow says', async () => {
  const once = await publishChain(
    [
      ['start', 'manual'],
      ['end', 'end'],
    ],
    { reentry: 'once' },
  );
  const after = await publishChain(
    [
      ['start', 'manual'],
      ['wait', 'wait', { for: 'P1D' }],
      ['end', 'end'],
    ],
    { reentry: 'after-exit' },
  );
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  for (const { flowId } of [once, once, after, after]) await enter(ana, flowId);
  const refused = await fresh.db.selectFrom('refusal').select(['flow_id', 'code']).orderBy('code').execute();
  expect(refused).toEqual([
    { flow_id: after.flowId, code: 'already-in' },
    { flow_id: once.flowId, code: 'once-only' },
  ]);
});
