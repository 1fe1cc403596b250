/** A new version, and those on their way: they finish where they are, go over, or leave; and what can happen meanwhile. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { beginEnrolment, undoMove } from '../../db/queries/begin-operations.ts';
import { type InFlight, publishFlow } from '../../db/queries/flows.ts';
import { mergeCandidates } from '../../db/queries/merge.ts';
import type { Graph } from '../../engine/flow/schema.ts';
import { addCandidate, day, houseOn } from '../harness/house.ts';
import {
  advance,
  chain,
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

const waiting = (rule: string, tag = 'warm'): Graph =>
  chain([
    ['start', 'manual'],
    ['wait', 'wait', { for: rule }],
    ['tag', 'add-tag', { tag }],
    ['end', 'end'],
  ]);
const publishWaiting = () =>
  publishChain([
    ['start', 'manual'],
    ['wait', 'wait', { for: 'P3D' }],
    ['tag', 'add-tag', { tag: 'warm' }],
    ['end', 'end'],
  ]);

async function republish(flowId: string, graph: Graph, inFlight: InFlight[] = []) {
  await fresh.db
    .updateTable('flow')
    .set({ draft: JSON.stringify(graph) })
    .where('id', '=', flowId)
    .execute();
  const published = await publishFlow(fresh.db, {
    flowId,
    by: 'marta',
    note: '',
    inFlight,
    now: clock.now(),
  });
  if (!published || !('versionId' in published)) throw new Error(JSON.stringify(published));
  return published;
}
const pump = async (name: string) => {
  const one = house.pumps.find((each) => each.name === name);
  return one ? one.round() : 0;
};
const operation = (id: string | null) =>
  fresh.db
    .selectFrom('operation')
    .selectAll()
    .where('id', '=', id ?? '')
    .executeTakeFirstOrThrow();
const codes = async (id: string | null) =>
  (
    await fresh.db
      .selectFrom('operation_row')
      .select(['outcome', 'code'])
      .where('operation_id', '=', id ?? '')
      .execute()
  ).map((row) => row.code ?? row.outcome);
const detailsOf = async (kind: string) =>
  (await fresh.db.selectFrom('step').select(['enrolment_id', 'detail']).execute()).filter(
    (step) => step.detail.kind === kind,
  );
const tags = async (id: string) =>
  (await fresh.db.selectFrom('candidate').select('tags').where('id', '=', id).executeTakeFirstOrThrow()).tags;

async function crowd(flowId: string, size: number): Promise<void> {
  const people: string[] = [];
  for (let n = 0; n < size; n++) people.push(await addCandidate(fresh.db, { name: `Ana ${n}` }));
  for (const id of people) await record(id, { type: 'enrolment.requested', data: { flowId } });
  await house.settle();
}

test('who is on the way finishes on the version entered, unless it is said otherwise', async () => {
  const { flowId, versionId } = await publishWaiting();
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  await enter(ana, flowId);
  const { operationId } = await republish(flowId, waiting('P5D', 'cold'));
  await house.settle();
  expect(operationId).toBeNull();
  expect((await only()).version_id).toBe(versionId);
  clock.set(clock.now() + 3 * day);
  await advance((await only()).id);
  expect(await tags(ana)).toEqual(['warm']);
});

test('who goes over to a version with a goal jumps to it, and counts the visits made before', async () => {
  const { flowId } = await publishChain([
    ['start', 'manual'],
    ['tag', 'add-tag', { tag: 'warm' }],
    ['wait', 'wait', { for: 'P3D' }],
    ['end', 'end'],
  ]);
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  await enter(ana, flowId);
  const next = chain(
    [
      ['start', 'manual'],
      ['tag', 'add-tag', { tag: 'warm' }],
      ['wait', 'wait', { for: 'P3D' }],
      ['noted', 'goal', { event: 'note.added' }],
      ['end', 'end'],
    ],
    {},
    [
      ['start', 'next', 'tag'],
      ['tag', 'next', 'wait'],
      ['wait', 'next', 'end'],
      ['noted', 'next', 'tag'],
    ],
  );
  await republish(flowId, next, [{ version: 1, node: 'wait', to: 'wait' }]);
  await house.settle();
  const { id, jump_on } = await only();
  expect(jump_on).toEqual(['note.added']);
  await record(ana, { type: 'note.added' });
  await advance(id);
  const rows = await fresh.db
    .selectFrom('step')
    .select(['node_id', 'visit'])
    .where('enrolment_id', '=', id)
    .orderBy('ord')
    .execute();
  expect(rows.map((row) => `${row.node_id}#${row.visit}`)).toEqual([
    'start#1',
    'tag#1',
    'wait#1',
    'wait#2',
    'noted#1',
    'tag#2',
  ]);
  expect((await only()).node_id).toBe('wait');
});

test('a wait that is as long as before keeps its deadline, and what follows is the new version’s', async () => {
  const { flowId } = await publishWaiting();
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  await enter(ana, flowId);
  const before = await only();
  clock.set(clock.now() + day);
  const { operationId, versionId } = await republish(flowId, waiting('P3D', 'cold'), [
    { version: 1, node: 'wait', to: 'wait' },
  ]);
  await house.settle();
  const moved = await only();
  expect(moved).toMatchObject({ version_id: versionId, node_id: 'wait', status: 'open' });
  expect(moved.wake_at).toEqual(before.wake_at);
  expect(await operation(operationId)).toMatchObject({ state: 'done', total: 1, changed: 1, left_out: 0 });
  expect(await advance(moved.id)).toMatchObject({ done: false, wakeAt: before.wake_at?.getTime() });
  clock.set(clock.now() + 2 * day);
  expect(await advance(moved.id)).toEqual({ done: true });
  expect(await tags(ana)).toEqual(['cold']);
  expect(await ways(moved.id)).toEqual(['start', 'wait', 'wait', 'tag', 'end']);
});

test('a wait of another length is counted anew from when it began, and the ledger says so', async () => {
  const { flowId } = await publishWaiting();
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  const began = clock.now();
  await enter(ana, flowId);
  clock.set(began + day);
  await republish(flowId, waiting('P5D'), [{ version: 1, node: 'wait', to: 'wait' }]);
  await house.settle();
  expect((await only()).wake_at?.getTime()).toBe(began + 5 * day);
  expect((await detailsOf('moved')).map((step) => step.detail)).toEqual([
    expect.objectContaining({
      fromVersion: 1,
      toVersion: 2,
      by: 'marta',
      rule: 'P3D',
      until: began + 3 * day,
      nowRule: 'P5D',
      nowUntil: began + 5 * day,
    }),
  ]);
  const shorter = await republish(flowId, waiting('PT6H'), [{ version: 2, node: 'wait', to: 'wait' }]);
  await house.settle();
  await advance((await only()).id);
  expect(await only()).toMatchObject({ status: 'ended', version_id: shorter.versionId });
});

test('who is moved to an action goes on at once, and who is taken out leaves with her queued mail', async () => {
  const { flowId } = await publishChain([
    ['start', 'manual'],
    ['mail', 'send-email', { templateId: template }],
    ['wait', 'wait', { for: 'P3D' }],
    ['other', 'wait', { for: 'P9D' }],
    ['end', 'end'],
  ]);
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
  const rui = await addCandidate(fresh.db, { name: 'Rui Costa', email: 'rui@costa.example' });
  await record(ana, { type: 'enrolment.requested', data: { flowId } });
  await record(rui, { type: 'enrolment.requested', data: { flowId } });
  await pump('router');
  await pump('waker event');
  await sql`update enrolment set node_id = 'other' where candidate_id = ${rui}`.execute(fresh.db);
  const graph = chain([
    ['start', 'manual'],
    ['mail', 'send-email', { templateId: template }],
    ['tag', 'add-tag', { tag: 'warm' }],
    ['end', 'end'],
  ]);
  const { operationId } = await republish(flowId, graph, [
    { version: 1, node: 'wait', to: 'tag' },
    { version: 1, node: 'other', to: null },
  ]);
  await pump('operations');
  await pump('operations');
  expect(await operation(operationId)).toMatchObject({ state: 'done', changed: 2 });
  const runs = await fresh.db.selectFrom('enrolment').selectAll().execute();
  const [anas, ruis] = [ana, rui].map((id) => runs.find((run) => run.candidate_id === id));
  await advance(anas?.id ?? '');
  expect(await tags(ana)).toEqual(['warm']);
  expect(ruis).toMatchObject({ status: 'exited', end_reason: 'stopped' });
  const mails = await fresh.db.selectFrom('message').select(['candidate_id', 'status']).execute();
  expect(mails.find((mail) => mail.candidate_id === ana)?.status, 'queued mail stays').toBe('queued');
  expect(mails.find((mail) => mail.candidate_id === rui)?.status).toBe('cancelled');
});

test('a worker that dies in the middle has moved a hundred once, and another moves the rest once', async () => {
  const { flowId } = await publishWaiting();
  await crowd(flowId, 230);
  const { operationId, versionId } = await republish(flowId, waiting('P4D'), [
    { version: 1, node: 'wait', to: 'wait' },
  ]);
  await pump('operations');
  expect(await operation(operationId)).toMatchObject({ state: 'running', changed: 100 });
  // It dies with the next batch under way: the transaction is gone with it.
  await sql`create function die() returns trigger language plpgsql as $$ begin raise exception 'gone' using errcode = '57P01'; end $$`.execute(
    fresh.db,
  );
  await sql`create trigger die before update on operation for each row execute function die()`.execute(
    fresh.db,
  );
  await expect(pump('operations')).rejects.toThrow('gone');
  await sql`drop trigger die on operation`.execute(fresh.db);
  await sql`drop function die`.execute(fresh.db);
  await Promise.all([houseOn(fresh.db, clock).settle(), houseOn(fresh.db, clock).settle()]);
  expect(await operation(operationId)).toMatchObject({
    state: 'done',
    total: 230,
    changed: 230,
    left_out: 0,
  });
  const there = await fresh.db.selectFrom('enrolment').select('version_id').distinct().execute();
  expect(there).toEqual([{ version_id: versionId }]);
  const steps = await detailsOf('moved');
  expect(steps).toHaveLength(230);
  expect(new Set(steps.map((step) => step.enrolment_id)).size).toBe(230);
});

const asking = (timeout: string, settings: Partial<Graph['settings']> = {}): Graph =>
  chain(
    [
      ['start', 'manual'],
      ['ask', 'wait-for', { event: 'note.added', timeout }],
      ['warm', 'add-tag', { tag: 'warm' }],
      ['end', 'end'],
    ],
    settings,
    [
      ['ask', 'event', 'warm'],
      ['ask', 'timeout', 'end'],
    ],
  );

async function anaIsAsked(settings: Partial<Graph['settings']> = {}) {
  const { nodes, edges, settings: given } = asking('P14D', settings);
  const { flowId } = await publishChain(
    nodes.map((node) => [node.id, node.type, node.data]),
    given,
    edges.map(({ source, sourceHandle, target }) => [source, sourceHandle, target]),
  );
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  await enter(ana, flowId);
  return { ana, flowId };
}

test('what she is waiting for may come in the moment she is moved: the new version hears it', async () => {
  const { ana, flowId } = await anaIsAsked();
  clock.set(clock.now() + day);
  await republish(flowId, asking('P20D'), [{ version: 1, node: 'ask', to: 'ask' }]);
  await record(ana, { type: 'note.added' });
  await pump('operations');
  const { id } = await only();
  expect(await advance(id)).toEqual({ done: true });
  expect(await ways(id)).toEqual(['start', 'ask', 'ask → event', 'warm', 'end']);
  expect(await tags(ana)).toEqual(['warm']);
});

test('an exit that was not heard yet still ends the run by the rules of the version it was in', async () => {
  const { ana, flowId } = await anaIsAsked({ exitOn: ['candidate.hired'] });
  const { operationId } = await republish(flowId, asking('P20D', { exitOn: [] }), [
    { version: 1, node: 'ask', to: 'ask' },
  ]);
  await record(ana, { type: 'candidate.hired' });
  await pump('operations');
  expect(await only()).toMatchObject({ status: 'exited', end_reason: 'exit:candidate.hired' });
  expect(await codes(operationId)).toEqual(['left-meanwhile']);
  expect(await detailsOf('moved')).toEqual([]);
});

test('from then on she leaves by the new version’s exits', async () => {
  const { ana, flowId } = await anaIsAsked({ exitOn: [] });
  await republish(flowId, asking('P14D', { exitOn: ['candidate.hired'] }), [
    { version: 1, node: 'ask', to: 'ask' },
  ]);
  await house.settle();
  await record(ana, { type: 'candidate.hired' });
  await advance((await only()).id);
  expect(await only()).toMatchObject({ status: 'exited', end_reason: 'exit:candidate.hired' });
});

test('who has gone on before her turn is left where she is', async () => {
  const { ana, flowId } = await anaIsAsked();
  const { operationId } = await republish(flowId, asking('P20D'), [{ version: 1, node: 'ask', to: 'ask' }]);
  await record(ana, { type: 'note.added' });
  await advance((await only()).id);
  await house.settle();
  expect(await ways((await only()).id)).toEqual(['start', 'ask → event', 'warm', 'end']);
  expect(await operation(operationId)).toMatchObject({ state: 'done', changed: 0 });
});

test('a version published while people are being moved stops that, and decides for those who are left', async () => {
  const { flowId, versionId: first } = await publishWaiting();
  await crowd(flowId, 150);
  const second = await republish(flowId, waiting('P4D'), [{ version: 1, node: 'wait', to: 'wait' }]);
  await pump('operations');
  const third = await republish(flowId, waiting('P5D'), [{ version: 2, node: 'wait', to: 'wait' }]);
  await house.settle();
  expect(await operation(second.operationId)).toMatchObject({ state: 'cancelled', changed: 100 });
  expect(await operation(third.operationId)).toMatchObject({ state: 'done', changed: 100 });
  const there = await sql<{ version: string; n: number }>`
    select version_id as version, count(*)::int as n from enrolment group by 1 order by 2`.execute(fresh.db);
  expect(there.rows).toEqual([
    { version: first, n: 50 },
    { version: third.versionId, n: 100 },
  ]);
});

test('publishing and moving at the same moment never block each other for good', async () => {
  const { flowId } = await publishWaiting();
  await crowd(flowId, 120);
  let last = await republish(flowId, waiting('P4D'), [{ version: 1, node: 'wait', to: 'wait' }]);
  for (const version of [2, 3, 4]) {
    const [, published] = await Promise.all([
      house.settle(),
      republish(flowId, waiting(`P${version + 3}D`), [
        { version, node: 'wait', to: 'wait' },
        { version: 1, node: 'wait', to: 'wait' },
      ]),
    ]);
    last = published;
  }
  await house.settle();
  const there = await fresh.db.selectFrom('enrolment').select(['status', 'node_id']).distinct().execute();
  expect(there).toEqual([{ status: 'open', node_id: 'wait' }]);
  const running = await fresh.db
    .selectFrom('operation')
    .select('id')
    .where('state', '=', 'running')
    .execute();
  expect(running).toEqual([]);
  expect(last.number).toBe(5);
});

test('a move is taken back for those who have not gone on since, with the deadline they had', async () => {
  const { flowId, versionId } = await publishWaiting();
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  const rui = await addCandidate(fresh.db, { name: 'Rui Costa' });
  await enter(ana, flowId);
  const before = await only();
  clock.set(clock.now() + day);
  await enter(rui, flowId);
  const { operationId } = await republish(flowId, waiting('PT30H', 'cold'), [
    { version: 1, node: 'wait', to: 'wait' },
  ]);
  await house.settle();
  const runs = await fresh.db.selectFrom('enrolment').selectAll().execute();
  const [anas, ruis] = [ana, rui].map((id) => runs.find((run) => run.candidate_id === id)?.id ?? '');
  // Ana’s thirty hours are over, Rui’s are not; looking at him again is no step of his.
  clock.set(clock.now() + day / 2);
  await advance(anas ?? '');
  await advance(ruis ?? '');
  const begun = await undoMove(fresh.db, operationId ?? '', 'marta', clock.now());
  expect(await undoMove(fresh.db, operationId ?? '', 'marta', clock.now()), 'once').toBeNull();
  await house.settle();
  expect(await operation(begun?.operationId ?? '')).toMatchObject({ state: 'done', changed: 1, left_out: 1 });
  const after = await fresh.db.selectFrom('enrolment').selectAll().execute();
  expect(after.find((run) => run.id === anas)?.status).toBe('ended');
  const back = after.find((run) => run.id === ruis);
  expect(back).toMatchObject({ version_id: versionId, node_id: 'wait', status: 'open' });
  expect(back?.state.wait?.until).toBe((before.wake_at?.getTime() ?? 0) + day);
  clock.set(clock.now() + 3 * day);
  await advance(ruis ?? '');
  expect(await tags(rui)).toEqual(['warm']);
});

test('whom a move took out of the flow is among those whom taking it back leaves out', async () => {
  const { flowId } = await publishWaiting();
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  await enter(ana, flowId);
  const { operationId } = await republish(flowId, waiting('P3D'), [{ version: 1, node: 'wait', to: null }]);
  await house.settle();
  const begun = await undoMove(fresh.db, operationId ?? '', 'marta', clock.now());
  await house.settle();
  expect(await operation(begun?.operationId ?? '')).toMatchObject({
    state: 'done',
    total: 1,
    changed: 0,
    left_out: 1,
  });
  expect(await codes(begun?.operationId ?? '')).toEqual(['not-open']);
});

test('a move that has not come to anybody yet is taken back, and nobody is moved', async () => {
  const { flowId, versionId } = await publishWaiting();
  await enter(await addCandidate(fresh.db, { name: 'Ana Costa' }), flowId);
  const { operationId } = await republish(flowId, waiting('P3D'), [{ version: 1, node: 'wait', to: 'wait' }]);
  const begun = await undoMove(fresh.db, operationId ?? '', 'marta', clock.now());
  await house.settle();
  expect(await operation(operationId)).toMatchObject({ state: 'cancelled', changed: 0 });
  expect(await operation(begun?.operationId ?? '')).toMatchObject({ state: 'done', total: 0, changed: 0 });
  expect(await only()).toMatchObject({ version_id: versionId, node_id: 'wait', status: 'open' });
});

test('what is no move cannot be taken back, and goes on', async () => {
  const { flowId } = await publishWaiting();
  const candidateIds = [await addCandidate(fresh.db, { name: 'Ana Costa' })];
  const asked = { flowId, from: { candidateIds }, perMinute: null, by: 'marta' };
  const { operationId } = await beginEnrolment(fresh.db, asked, clock.now());
  expect(await undoMove(fresh.db, operationId, 'marta', clock.now())).toBeNull();
  await house.settle();
  expect(await operation(operationId)).toMatchObject({ state: 'done', changed: 1 });
  expect(await only()).toMatchObject({ node_id: 'wait', status: 'open' });
});

test('what was heard on the new version is heard again on the old one once she is back', async () => {
  const { ana, flowId } = await anaIsAsked();
  const { operationId } = await republish(flowId, waiting('P30D'), [{ version: 1, node: 'ask', to: 'wait' }]);
  await house.settle();
  const { id } = await only();
  await record(ana, { type: 'note.added' });
  await advance(id);
  expect(await only()).toMatchObject({ node_id: 'wait', status: 'open' });
  await undoMove(fresh.db, operationId ?? '', 'marta', clock.now());
  await house.settle();
  expect(await advance(id)).toEqual({ done: true });
  expect(await tags(ana)).toEqual(['warm']);
});

test('a merge in the middle of a move leaves one run, moved once', async () => {
  const { flowId } = await publishWaiting();
  const keep = await addCandidate(fresh.db, { name: 'Ana Costa' });
  const lose = await addCandidate(fresh.db, { name: 'Ana C.' });
  await enter(lose, flowId);
  const { operationId, versionId } = await republish(flowId, waiting('P4D'), [
    { version: 1, node: 'wait', to: 'wait' },
  ]);
  await Promise.all([
    house.settle(),
    fresh.db
      .transaction()
      .execute((trx) => mergeCandidates(trx, { keep, lose, by: { kind: 'person' } }, clock.now())),
  ]);
  await house.settle();
  expect(await only()).toMatchObject({ candidate_id: keep, version_id: versionId, status: 'open' });
  expect(await operation(operationId)).toMatchObject({ state: 'done', changed: 1 });
  expect(await detailsOf('moved')).toHaveLength(1);
});

test('someone whose step is gone is blocked with the reason, once, and a new version takes her on', async () => {
  const { flowId } = await publishWaiting();
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  await enter(ana, flowId);
  const { id } = await only();
  await sql`update enrolment set node_id = 'vanished', state = jsonb_set(state, '{wait}', 'null')`.execute(
    fresh.db,
  );
  await advance(id);
  await advance(id);
  expect(await only()).toMatchObject({ status: 'blocked', node_id: 'vanished' });
  expect((await only()).state.problem?.code).toBe('node-gone');
  expect(await ways(id)).toEqual(['start', 'vanished']);
  await republish(flowId, waiting('P3D'), [{ version: 1, node: 'vanished', to: 'tag' }]);
  await house.settle();
  expect(await advance(id)).toEqual({ done: true });
  expect(await tags(ana)).toEqual(['warm']);
});
