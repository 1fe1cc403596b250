/** What is done to many at once: repairs and enrolments go on where a dead worker left them, nobody twice, nobody missing. */
import { sql } from 'kysely';
import { expect, test, vi } from 'vitest';
import { newId } from '../../db/id.ts';
import { beginEnrolment, beginRepair } from '../../db/queries/begin-operations.ts';
import { mergeCandidates } from '../../db/queries/merge.ts';
import { cancelOperation, listLeftOut, readOperation } from '../../db/queries/operations.ts';
import { repairEnrolment } from '../../db/queries/repairs.ts';
import { operations } from '../../workflows/operations/index.ts';
import { addCandidate, addPool, day, houseOn, minute } from '../harness/house.ts';
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
  template,
  ways,
} from './rules/stage.ts';

standOnEmptyGround();

const publishWaiting = () =>
  publishChain([
    ['start', 'manual'],
    ['wait', 'wait', { for: 'P3D' }],
    ['tag', 'add-tag', { tag: 'warm' }],
    ['late', 'wait', { for: 'P9D' }],
    ['end', 'end'],
  ]);
const publishPooling = async () => {
  const pool = await addPool(fresh.db, 'Silver medallists');
  const { flowId } = await publishChain([
    ['start', 'manual'],
    ['pool', 'add-to-pool', { poolId: pool }],
    ['end', 'end'],
  ]);
  return { pool, flowId };
};
const pump = async (name: string) => house.pumps.find((each) => each.name === name)?.round() ?? 0;
const settled = async (id: string) => {
  const { state, total, changed, left_out } = await fresh.db
    .selectFrom('operation')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return { state, total, changed, leftOut: left_out };
};
const leftOut = async (id: string) => {
  const operation = await readOperation(fresh.db, id);
  if (!operation) throw new Error('There is no such operation.');
  const rows = await listLeftOut(fresh.db, operation, { limit: 500, after: null });
  return rows.map((row) => `${row.candidate.fullName}: ${row.code}`);
};

async function people(size: number, pool?: string): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < size; n++) ids.push(await addCandidate(fresh.db, { name: `Ana ${n}` }));
  if (pool)
    await sql`
      insert into pool_member (pool_id, candidate_id, joined_at, by_kind)
      select ${pool}, id, now(), 'person' from unnest(${ids}::uuid[]) as one (id)`.execute(fresh.db);
  return ids;
}
async function crowd(flowId: string, size: number): Promise<string[]> {
  const ids = await people(size);
  for (const id of ids) await record(id, { type: 'enrolment.requested', data: { flowId } });
  await house.settle();
  return ids;
}
/** The next batch dies just before it is through. */
async function dieInTheMiddle(): Promise<void> {
  await sql`create function die() returns trigger language plpgsql as $$ begin raise exception 'gone' using errcode = '57P01'; end $$`.execute(
    fresh.db,
  );
  await sql`create trigger die before update on operation for each row execute function die()`.execute(
    fresh.db,
  );
  await expect(pump('operations')).rejects.toThrow('gone');
  await sql`drop trigger die on operation`.execute(fresh.db);
  await sql`drop function die`.execute(fresh.db);
}

test('a wait ended by hand is over, once, and the ledger says who ended it', async () => {
  const { flowId } = await publishWaiting();
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  await enter(ana, flowId);
  const { id } = await only();
  expect(await repairEnrolment(fresh.db, id, { action: 'skip' }, 'marta', clock.now())).toBe('open');
  await advance(id);
  expect(await only()).toMatchObject({ node_id: 'late', status: 'open' });
  const step = await fresh.db
    .selectFrom('step')
    .selectAll()
    .where('node_id', '=', 'wait')
    .executeTakeFirstOrThrow();
  expect(step).toMatchObject({ outcome: 'skipped', port: 'next', detail: { kind: 'skipped', by: 'marta' } });
});

test('a run moved back to an earlier step does it again, as another visit', async () => {
  const { flowId } = await publishWaiting();
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  await enter(ana, flowId);
  const { id } = await only();
  clock.set(clock.now() + 3 * day);
  await advance(id);
  expect(await repairEnrolment(fresh.db, id, { action: 'move', node: 'tag' }, 'marta', clock.now())).toBe(
    'open',
  );
  await advance(id);
  expect(await ways(id)).toEqual(['start', 'wait', 'tag', 'late', 'tag']);
  expect(await only()).toMatchObject({ node_id: 'late', status: 'open' });
  clock.set(clock.now() + 9 * day);
  expect(await advance(id)).toEqual({ done: true });
  expect(
    await repairEnrolment(fresh.db, id, { action: 'move', node: 'tag' }, 'marta', clock.now()),
    'and never one that is over',
  ).toBe('not-open');
});

test('a run moved back over a mail writes it again, and only then', async () => {
  const { flowId } = await publishChain([
    ['start', 'manual'],
    ['mail', 'send-email', { templateId: template }],
    ['wait', 'wait', { for: 'P3D' }],
    ['end', 'end'],
  ]);
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
  await enter(ana, flowId);
  const { id } = await only();
  await repairEnrolment(fresh.db, id, { action: 'move', node: 'mail' }, 'marta', clock.now());
  await advance(id);
  await advance(id);
  const mails = await fresh.db.selectFrom('message').select(['visit']).orderBy('visit').execute();
  expect(mails.map((mail) => mail.visit)).toEqual([1, 2]);
});

test('blocked runs are tried again in bulk; who is not blocked is left out and said to be', async () => {
  const { pool, flowId } = await publishPooling();
  await fresh.db.deleteFrom('pool').where('id', '=', pool).execute();
  const ids = await crowd(flowId, 3);
  const runs = await fresh.db.selectFrom('enrolment').select(['id', 'status']).execute();
  expect(runs.map((run) => run.status)).toEqual(['blocked', 'blocked', 'blocked']);
  await sql`insert into pool (id, name, name_key, created_at) values (${pool}, 'Again', 'again', now())`.execute(
    fresh.db,
  );
  await sql`update enrolment set status = 'open', state = jsonb_set(state, '{problem}', 'null') where candidate_id = ${ids[0]}`.execute(
    fresh.db,
  );
  const { operationId, total } = await beginRepair(
    fresh.db,
    flowId,
    { action: 'retry', ids: runs.map((run) => run.id) },
    'marta',
    clock.now(),
  );
  expect(total).toBe(3);
  await house.settle();
  expect(await settled(operationId)).toEqual({ state: 'done', total: 3, changed: 2, leftOut: 1 });
  expect(await leftOut(operationId)).toEqual(['Ana 0: not-blocked']);
  for (const { id } of runs) await advance(id);
  expect(await fresh.db.selectFrom('pool_member').select('candidate_id').execute()).toHaveLength(3);
});

test('a failed step can be left out, by all who stand at it', async () => {
  const { pool, flowId } = await publishPooling();
  await fresh.db.deleteFrom('pool').where('id', '=', pool).execute();
  await crowd(flowId, 2);
  const { operationId } = await beginRepair(
    fresh.db,
    flowId,
    { action: 'skip', filter: { status: 'blocked', node: 'pool' } },
    'marta',
    clock.now(),
  );
  await house.settle();
  expect(await settled(operationId)).toMatchObject({ state: 'done', changed: 2 });
  for (const run of await fresh.db.selectFrom('enrolment').select('id').execute()) await advance(run.id);
  const after = await fresh.db.selectFrom('enrolment').select('status').distinct().execute();
  expect(after).toEqual([{ status: 'ended' }]);
});

test('a repair of many that dies in the middle goes on where it was, and nobody is repaired twice', async () => {
  const { flowId } = await publishWaiting();
  await crowd(flowId, 220);
  const { operationId } = await beginRepair(
    fresh.db,
    flowId,
    { action: 'skip', filter: { node: 'wait' } },
    'marta',
    clock.now(),
  );
  await pump('operations');
  expect(await settled(operationId)).toMatchObject({ state: 'running', changed: 100 });
  await dieInTheMiddle();
  await Promise.all([houseOn(fresh.db, clock).settle(), houseOn(fresh.db, clock).settle()]);
  expect(await settled(operationId)).toEqual({ state: 'done', total: 220, changed: 220, leftOut: 0 });
  const skipped = await fresh.db
    .selectFrom('step')
    .select('enrolment_id')
    .where('node_id', '=', 'wait')
    .execute();
  expect(new Set(skipped.map((row) => row.enrolment_id)).size).toBe(220);
  expect(skipped).toHaveLength(220);
});

test('taking many out ends their runs and cancels what was queued', async () => {
  const { flowId } = await publishChain([
    ['start', 'manual'],
    ['mail', 'send-email', { templateId: template }],
    ['wait', 'wait', { for: 'P3D' }],
    ['end', 'end'],
  ]);
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
  await record(ana, { type: 'enrolment.requested', data: { flowId } });
  await pump('router');
  await pump('waker event');
  const { operationId } = await beginRepair(
    fresh.db,
    flowId,
    { action: 'exit', filter: {} },
    'marta',
    clock.now(),
  );
  await pump('operations');
  await pump('operations');
  expect(await settled(operationId)).toMatchObject({ state: 'done', changed: 1 });
  expect(await only()).toMatchObject({ status: 'exited', end_reason: 'stopped' });
  const mail = await fresh.db.selectFrom('message').select('status').executeTakeFirstOrThrow();
  expect(mail.status).toBe('cancelled');
  const ended = await fresh.db
    .selectFrom('event')
    .select(['by_kind', 'by_id'])
    .where('type', '=', 'enrolment.ended')
    .execute();
  expect(ended, 'the event says who').toEqual([{ by_kind: 'person', by_id: 'marta' }]);
});

test('one whose row the database refuses is left out, and the others are repaired', async () => {
  const { flowId } = await publishWaiting();
  const [first] = await crowd(flowId, 3);
  const poisoned = await fresh.db
    .selectFrom('enrolment')
    .select('id')
    .where('candidate_id', '=', first ?? '')
    .executeTakeFirstOrThrow();
  await sql
    .raw(
      `alter table step add constraint poison check (enrolment_id <> '${poisoned.id}' or node_id <> 'wait')`,
    )
    .execute(fresh.db);
  try {
    const { operationId } = await beginRepair(
      fresh.db,
      flowId,
      { action: 'skip', filter: {} },
      'marta',
      clock.now(),
    );
    await house.settle();
    expect(await settled(operationId)).toMatchObject({ state: 'done', changed: 2, leftOut: 1 });
    expect(await leftOut(operationId)).toEqual(['Ana 0: database-refused']);
  } finally {
    await sql`alter table step drop constraint poison`.execute(fresh.db);
  }
});

test('one who cannot be worked out is left out with the reason, her batch is tried once, and the operation ends', async () => {
  const { flowId } = await publishWaiting();
  const people = await crowd(flowId, 12);
  const poisoned = people[9];
  const work = operations.repair.work.bind(operations.repair);
  const batches: number[] = [];
  const spoilt = vi.spyOn(operations.repair, 'work').mockImplementation((trx, operation, turns, now) => {
    batches.push(turns.length);
    if (turns.some((turn) => turn.candidateId === poisoned)) throw new TypeError('No such thing.');
    return work(trx, operation, turns, now);
  });
  try {
    const { operationId } = await beginRepair(
      fresh.db,
      flowId,
      { action: 'skip', filter: {} },
      'marta',
      clock.now(),
    );
    await house.settle();
    expect(await settled(operationId)).toEqual({ state: 'done', total: 12, changed: 11, leftOut: 1 });
    expect(await leftOut(operationId)).toEqual(['Ana 9: step-broken']);
    expect(batches.filter((size) => size > 1)).toEqual([12]);
  } finally {
    spoilt.mockRestore();
  }
});

test('who was deleted before her turn came keeps no operation from its end, and is not said to be changed', async () => {
  const { flowId } = await publishWaiting();
  const pool = await addPool(fresh.db, 'Silver medallists');
  const ids = await people(4, pool);
  const begin = (from: { poolId: string } | { candidateIds: string[] }) =>
    beginEnrolment(fresh.db, { flowId, from, perMinute: null, by: 'marta' }, clock.now());
  const named = await begin({ candidateIds: ids.slice(0, 2) });
  const pooled = await begin({ poolId: pool });
  await fresh.db
    .deleteFrom('candidate')
    .where('id', 'in', [ids[1] ?? '', ids[2] ?? ''])
    .execute();
  await house.settle();
  expect(await settled(named.operationId)).toEqual({ state: 'done', total: 2, changed: 1, leftOut: 0 });
  expect(await settled(pooled.operationId)).toEqual({ state: 'done', total: 4, changed: 2, leftOut: 0 });
});

test('an operation that fails again and again keeps no other waiting, and goes on once it can', async () => {
  const { flowId } = await publishWaiting();
  const [first] = await crowd(flowId, 2);
  const { flowId: another } = await publishWaiting();
  await crowd(another, 1);
  await sql
    .raw(`create function refuse() returns trigger language plpgsql as $$ begin
      if exists (select from enrolment e where e.id = new.enrolment_id and e.candidate_id = '${first}')
        then raise exception 'not her' using errcode = 'P0001'; end if;
      return new; end $$`)
    .execute(fresh.db);
  await sql`create trigger refuse before insert on step for each row execute function refuse()`.execute(
    fresh.db,
  );
  const skip = (flow: string) =>
    beginRepair(fresh.db, flow, { action: 'skip', filter: {} }, 'marta', clock.now());
  const stuck = await skip(flowId);
  const free = await skip(another);
  await expect(pump('operations')).rejects.toThrow('not her');
  await pump('operations');
  await pump('operations');
  expect(await settled(free.operationId)).toMatchObject({ state: 'done', changed: 1 });
  expect(await settled(stuck.operationId)).toMatchObject({ state: 'running', changed: 0 });
  await sql`drop trigger refuse on step`.execute(fresh.db);
  await sql`drop function refuse`.execute(fresh.db);
  clock.set(clock.now() + minute);
  await house.settle();
  expect(await settled(stuck.operationId)).toMatchObject({ state: 'done', changed: 2, leftOut: 0 });
});

test('enrolling a pool that a worker dies in the middle of takes in everyone, and nobody twice', async () => {
  const pool = await addPool(fresh.db, 'Silver medallists');
  const { flowId } = await publishWaiting();
  await people(230, pool);
  const { operationId, total } = await beginEnrolment(
    fresh.db,
    { flowId, from: { poolId: pool }, perMinute: null, by: 'marta' },
    clock.now(),
  );
  expect(total).toBe(230);
  await pump('operations');
  await dieInTheMiddle();
  await Promise.all([houseOn(fresh.db, clock).settle(), houseOn(fresh.db, clock).settle()]);
  expect(await settled(operationId)).toEqual({ state: 'done', total: 230, changed: 230, leftOut: 0 });
  const requested = await fresh.db
    .selectFrom('event')
    .select('candidate_id')
    .where('type', '=', 'enrolment.requested')
    .execute();
  expect(requested).toHaveLength(230);
  const runs = await fresh.db.selectFrom('enrolment').select('candidate_id').execute();
  expect(new Set(runs.map((run) => run.candidate_id)).size).toBe(230);
  expect(runs).toHaveLength(230);
});

test('so many a minute are enrolled and no more, and calling it off leaves the rest out', async () => {
  const pool = await addPool(fresh.db, 'Silver medallists');
  const { flowId } = await publishWaiting();
  await people(100, pool);
  const { operationId } = await beginEnrolment(
    fresh.db,
    { flowId, from: { poolId: pool }, perMinute: 30, by: 'marta' },
    clock.now(),
  );
  const changed = [];
  for (let n = 0; n < 3; n++) {
    await house.settle();
    changed.push((await settled(operationId)).changed);
    clock.set(clock.now() + minute);
  }
  expect(changed).toEqual([30, 60, 90]);
  expect(await cancelOperation(fresh.db, operationId, clock.now())).toBe('done');
  clock.set(clock.now() + day);
  await house.settle();
  expect(await settled(operationId)).toMatchObject({ state: 'cancelled', changed: 90 });
  expect(await fresh.db.selectFrom('enrolment').select('id').execute()).toHaveLength(90);
});

test('who was not taken in stands in one list with the reason: merged meanwhile, or in the flow already', async () => {
  const { flowId } = await publishWaiting();
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  const same = await addCandidate(fresh.db, { name: 'A. Costa' });
  const rui = await addCandidate(fresh.db, { name: 'Rui Costa' });
  const eva = await addCandidate(fresh.db, { name: 'Eva Lima' });
  await enter(rui, flowId);
  const { operationId } = await beginEnrolment(
    fresh.db,
    { flowId, from: { candidateIds: [ana, same, rui, eva, newId()] }, perMinute: null, by: 'marta' },
    clock.now(),
  );
  await fresh.db
    .transaction()
    .execute((trx) => mergeCandidates(trx, { keep: ana, lose: same, by: { kind: 'person' } }, clock.now()));
  await house.settle();
  expect((await leftOut(operationId)).sort()).toEqual(['A. Costa: merged', 'Rui Costa: already-in']);
  const inside = await fresh.db.selectFrom('enrolment').select('candidate_id').execute();
  expect(inside.map((row) => row.candidate_id).sort()).toEqual([ana, rui, eva].sort());
});
