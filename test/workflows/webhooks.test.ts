/** Calls to other systems: made at least once under one id, never for a run that has gone on, and their answer moves the run. */
import { sql } from 'kysely';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '../../db/id.ts';
import { undoMove } from '../../db/queries/begin-operations.ts';
import { recordEvents } from '../../db/queries/events.ts';
import { pauseByHand, publishFlow, resumeFlow } from '../../db/queries/flows.ts';
import { lockCandidates } from '../../db/queries/lock.ts';
import { stopEnrolment } from '../../db/queries/repairs.ts';
import { changeHosts, insertSecret } from '../../db/queries/secrets.ts';
import { claimCalls, settleCall } from '../../db/queries/webhooks.ts';
import type { Graph } from '../../engine/flow/schema.ts';
import { advancing } from '../../workflows/context.ts';
import { readAllowed } from '../../workflows/outside/address.ts';
import { flow } from '../contract/flows.ts';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';
import {
  addCandidate,
  type House,
  hour,
  houseOn,
  minute,
  publish,
  testClock,
  testHouse,
  testSecrets,
} from '../harness/house.ts';
import { answering, type Receiver, startReceiver } from '../harness/receiver.ts';

let fresh: FreshDatabase;
let there: Receiver;
let house: House;
const clock = testClock();
const key = `whsec_${Buffer.from('a key of thirty-two characters!!').toString('base64')}`;
let secretId: string;
beforeAll(async () => {
  fresh = await freshDatabase();
  there = await startReceiver();
  house = houseOn(fresh.db, clock);
  house.context.house = { ...testHouse, webhookAllow: readAllowed(['127.0.0.1']) };
  secretId = (await insertSecret(fresh.db, {
    name: 'Rating',
    sealed: testSecrets.seal(key),
    by: null,
    now: clock.now(),
  })) as string;
});
afterAll(async () => {
  await there.close();
  await fresh.drop();
});
beforeEach(() => {
  there.received.length = 0;
  there.answer = answering(200, { score: 7, tags: ['Rust'], ok: 'perhaps' });
});

const calling = (data: Record<string, unknown> = {}, node = 'call') =>
  flow([
    {
      id: node,
      type: 'call-webhook',
      data: {
        url: `${there.url}/people/{{ candidate.id }}`,
        body: '{"name": "{{ candidate.fullName }}", "tags": "{{ candidate.tags }}"}',
        ...data,
      },
      to: { success: 'taken', failure: 'refused', timeout: 'silent' },
    },
    { id: 'taken', type: 'add-tag', data: { tag: 'taken' }, to: { next: 'done' } },
    { id: 'refused', type: 'add-tag', data: { tag: 'refused' }, to: { next: 'done' } },
    { id: 'silent', type: 'add-tag', data: { tag: 'silent' } },
  ]);

async function enrol(data: Record<string, unknown> = {}, settings: Partial<Graph['settings']> = {}) {
  const { db } = fresh;
  const now = clock.now();
  const candidateId = await addCandidate(db, { name: 'Inês "Carvalho"', tags: ['a\\b'] }, now);
  const graph = calling(data);
  const drawn = { ...graph, name: newId(), settings: { ...graph.settings, ...settings } };
  const { flowId } = await publish(db, drawn, { now });
  await record(candidateId, 'enrolment.requested', { flowId });
  for (const pump of house.pumps) if (pump.name !== 'deliver-webhook') await pump.round();
  const { id } = await db
    .selectFrom('enrolment')
    .select('id')
    .where('flow_id', '=', flowId)
    .executeTakeFirstOrThrow();
  return { candidateId, flowId, enrolmentId: id };
}
const record = (candidateId: string, type: string, data: Record<string, unknown> = {}) =>
  fresh.db.transaction().execute(async (trx) => {
    await lockCandidates(trx, [candidateId]);
    await recordEvents(trx, [{ candidateId, type, data, by: { kind: 'person' } }], clock.now());
  });
/** What its clock would have it do. */
const move = (enrolmentId: string) => advancing(house.context, enrolmentId, clock.now());
const deliver = async () => {
  for (const pump of house.pumps) if (pump.name === 'deliver-webhook') await pump.round();
};
const callOf = (enrolmentId: string) =>
  fresh.db
    .selectFrom('webhook_call')
    .selectAll()
    .where('enrolment_id', '=', enrolmentId)
    .executeTakeFirstOrThrow();
const tagsOf = async (candidateId: string) =>
  (
    await fresh.db
      .selectFrom('candidate')
      .select('tags')
      .where('id', '=', candidateId)
      .executeTakeFirstOrThrow()
  ).tags;
const answersOf = (enrolmentId: string) =>
  fresh.db
    .selectFrom('event')
    .select('data')
    .where('enrolment_id', '=', enrolmentId)
    .where('type', '=', 'webhook.answered')
    .execute();
const leaseEnds = () => sql`update webhook_queue set next_at = now() - interval '1 second'`.execute(fresh.db);

test('a call carries its body and its signature, and the run goes on by what came back', async () => {
  const { candidateId, enrolmentId } = await enrol({
    secretId,
    headers: 'X-Team: recruiting',
    save: [
      { pointer: '/score', field: 'score', type: 'number' },
      { pointer: '/tags', field: 'skills', type: 'list' },
      { pointer: '/ok', field: 'fit', type: 'yes-no' },
    ],
  });
  expect(there.received).toEqual([]);
  await house.settle();
  expect(there.received).toHaveLength(1);
  const [got] = there.received;
  expect(got).toMatchObject({ method: 'POST', url: `/people/${candidateId}` });
  expect(JSON.parse(got?.body ?? '')).toEqual({ name: 'Inês "Carvalho"', tags: ['a\\b'] });
  expect(got?.headers).toMatchObject({
    'x-team': 'recruiting',
    'content-type': 'application/json',
    'user-agent': 'Tendril',
  });
  const call = await callOf(enrolmentId);
  expect(got?.headers['webhook-id']).toBe(call.id);
  expect(got?.headers['webhook-timestamp']).toBe(String(Math.floor(clock.now() / 1000)));
  const signature = new Webhook(key).sign(call.id, new Date(clock.now()), got?.body ?? '');
  expect(got?.headers['webhook-signature']).toBe(signature);
  await move(enrolmentId);
  expect(await tagsOf(candidateId)).toEqual(['a\\b', 'taken']);
  const { custom } = await fresh.db
    .selectFrom('candidate')
    .select('custom')
    .where('id', '=', candidateId)
    .executeTakeFirstOrThrow();
  expect(custom).toEqual({ score: 7, skills: ['Rust'] });
  expect(await answersOf(enrolmentId)).toEqual([
    { data: { node: 'call', visit: 1, outcome: 'success', status: 200, missing: ['fit'] } },
  ]);
  expect(call).toMatchObject({ status: 'success', http_status: 200, body: null, url: '', attempts: 1 });
});

const refusedHost = 'The secret may not be sent to this host. An admin says under Settings where it may go.';

test('a secret is sent as a token to no host but those it was made for, and the run says why', async () => {
  const { enrolmentId, candidateId } = await enrol({ secretId, secretUse: 'bearer' });
  await house.settle();
  expect(there.received).toEqual([]);
  expect(await answersOf(enrolmentId)).toEqual([
    { data: { node: 'call', visit: 1, outcome: 'failure', status: null, reason: refusedHost } },
  ]);
  expect(await callOf(enrolmentId)).toMatchObject({ status: 'failure', reason: refusedHost });
  await move(enrolmentId);
  expect(await tagsOf(candidateId)).toEqual(['a\\b', 'refused']);
});

test('a secret that an admin has narrowed goes nowhere else any more, not even with calls that wait already', async () => {
  const id = (await insertSecret(fresh.db, {
    name: 'Narrowed',
    sealed: testSecrets.seal(key),
    hosts: 'any',
    by: null,
    now: clock.now(),
  })) as string;
  await enrol({ secretId: id, secretUse: 'bearer' });
  await deliver();
  expect(there.received).toHaveLength(1);
  const { enrolmentId } = await enrol({ secretId: id, secretUse: 'bearer' });
  await changeHosts(fresh.db, id, ['rating.example']);
  await deliver();
  expect(there.received).toHaveLength(1);
  expect(await callOf(enrolmentId)).toMatchObject({ status: 'failure', reason: refusedHost });
});

test('a secret stands nowhere but sealed, and a bearer token goes out as one', async () => {
  const token = 'tok_0123456789abcdef';
  const bearer = await insertSecret(fresh.db, {
    name: 'Bearer',
    sealed: testSecrets.seal(token),
    hosts: ['127.0.0.1'],
    by: null,
    now: clock.now(),
  });
  await enrol({ secretId: bearer, secretUse: 'bearer' });
  await house.settle();
  expect(there.received[0]?.headers.authorization).toBe(`Bearer ${token}`);
  expect(there.received[0]?.headers['webhook-signature']).toBeUndefined();
  const tables = await sql<{ name: string }>`
    select table_name::text as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`.execute(
    fresh.db,
  );
  for (const { name } of tables.rows) {
    const found = await sql`select from ${sql.table(name)} as t where t::text like ${`%${token}%`}`.execute(
      fresh.db,
    );
    expect([name, found.rows.length]).toEqual([name, 0]);
  }
});

test('an error of theirs is tried again under the same id, not before its time, and answered once', async () => {
  there.answer = answering(503);
  const { candidateId, enrolmentId } = await enrol();
  await deliver();
  clock.set(clock.now() + 29_000);
  await deliver();
  expect(there.received).toHaveLength(1);
  expect(await callOf(enrolmentId)).toMatchObject({ status: 'queued', http_status: 503, attempts: 1 });
  clock.set(clock.now() + 1000);
  await deliver();
  expect(there.received).toHaveLength(2);
  there.answer = answering(200);
  clock.set(clock.now() + 2 * minute);
  await house.settle();
  const ids = new Set(there.received.map(({ headers }) => headers['webhook-id']));
  expect([there.received.length, ids.size]).toEqual([3, 1]);
  expect(await answersOf(enrolmentId)).toHaveLength(1);
  await move(enrolmentId);
  expect(await tagsOf(candidateId)).toContain('taken');
});

test('a receiver that asks for more time gets it', async () => {
  there.answer = answering(429, {}, { 'retry-after': '600' });
  await enrol();
  await deliver();
  clock.set(clock.now() + 599_000);
  await deliver();
  expect(there.received).toHaveLength(1);
  clock.set(clock.now() + 1000);
  await deliver();
  expect(there.received).toHaveLength(2);
});

test.each([
  ['a refusal', answering(404), { outcome: 'failure', status: 404 }],
  [
    'a redirect to somewhere inside',
    answering(307, {}, { location: 'http://169.254.169.254/' }),
    { outcome: 'failure', status: 307, reason: 'It points elsewhere; that is not followed.' },
  ],
])('%s is final', async (_what, answer, data) => {
  there.answer = answer;
  const { candidateId, enrolmentId } = await enrol();
  await house.settle();
  expect(there.received).toHaveLength(1);
  expect(await answersOf(enrolmentId)).toEqual([{ data: { node: 'call', visit: 1, ...data } }]);
  await move(enrolmentId);
  expect(await tagsOf(candidateId)).toContain('refused');
});

test('an answer that should be read and cannot is a failure that says so', async () => {
  there.answer = (response) => response.end('<html>');
  const { enrolmentId } = await enrol({ save: [{ pointer: '/score', field: 'score', type: 'number' }] });
  await house.settle();
  expect((await answersOf(enrolmentId))[0]?.data).toMatchObject({
    outcome: 'failure',
    reason: 'The answer is no JSON, so nothing can be kept of it.',
  });
});

test('an address inside is refused without a call', async () => {
  const { enrolmentId } = await enrol({ url: `http://[::1]:${there.port}/` });
  await house.settle();
  expect(there.received).toEqual([]);
  expect((await answersOf(enrolmentId))[0]?.data).toMatchObject({ outcome: 'failure', status: null });
});

test('a worker that dies in the middle of a call is followed by another, under the same id, and its late answer counts for nothing', async () => {
  const { enrolmentId } = await enrol();
  const { calls } = await claimCalls(fresh.db, { limit: 8, now: clock.now() });
  expect(calls).toHaveLength(1);
  await deliver();
  expect(there.received).toEqual([]);
  await leaseEnds();
  await house.settle();
  expect(there.received.map(({ headers }) => headers['webhook-id'])).toEqual([calls[0]?.id]);
  const late = { outcome: 'failure' as const, httpStatus: 500, reason: null, custom: {}, missing: [] };
  await settleCall(fresh.db, calls[0] as (typeof calls)[number], late, clock.now());
  expect(await answersOf(enrolmentId)).toHaveLength(1);
  expect(await callOf(enrolmentId)).toMatchObject({ status: 'success', attempts: 2 });
});

test('who leaves the flow before it left is not called about, though her run has not moved yet', async () => {
  const { candidateId, enrolmentId } = await enrol();
  await record(candidateId, 'candidate.hired');
  await deliver();
  expect(there.received).toEqual([]);
  await move(enrolmentId);
  await house.settle();
  expect(there.received).toEqual([]);
  expect(await callOf(enrolmentId)).toMatchObject({ status: 'cancelled', body: null });
});

test('a run that a person ends calls nobody any more, and what it would have sent is gone at once', async () => {
  const { candidateId, enrolmentId } = await enrol();
  expect(await stopEnrolment(fresh.db, enrolmentId, 'me', clock.now())).toBe('exited');
  expect(await callOf(enrolmentId)).toMatchObject({ status: 'cancelled', url: '', headers: [], body: null });
  await house.settle();
  expect(there.received.filter(({ url }) => url.endsWith(candidateId))).toEqual([]);
});

test('a call that is under way when its run is ended comes to nothing: its answer changes neither run nor candidate', async () => {
  const { candidateId, enrolmentId } = await enrol({
    save: [{ pointer: '/score', field: 'score', type: 'number' }],
  });
  const { calls } = await claimCalls(fresh.db, { limit: 9, now: clock.now() });
  const call = calls.find((one) => one.enrolmentId === enrolmentId);
  await stopEnrolment(fresh.db, enrolmentId, 'me', clock.now());
  expect(await callOf(enrolmentId)).toMatchObject({ status: 'calling' });
  const answer = {
    outcome: 'success' as const,
    httpStatus: 200,
    reason: null,
    custom: { score: 7 },
    missing: [],
  };
  await settleCall(fresh.db, { id: call?.id ?? '', attempts: 1 }, answer, clock.now());
  expect(await callOf(enrolmentId)).toMatchObject({ status: 'success', body: null });
  await house.settle();
  const { custom } = await fresh.db
    .selectFrom('candidate')
    .select('custom')
    .where('id', '=', candidateId)
    .executeTakeFirstOrThrow();
  expect(custom).toEqual({});
  expect(await tagsOf(candidateId)).not.toContain('taken');
});

test('a call waits until its run has judged what just happened by the flow’s own condition for leaving', async () => {
  const exitWhen = { field: 'candidate.tags', op: 'contains', value: 'cold' } as const;
  const { candidateId, enrolmentId } = await enrol({}, { exitWhen });
  await fresh.db
    .updateTable('candidate')
    .set({ tags: ['cold'] })
    .where('id', '=', candidateId)
    .execute();
  await record(candidateId, 'candidate.tagged', { tag: 'cold' });
  await deliver();
  expect(there.received).toEqual([]);
  await move(enrolmentId);
  await house.settle();
  expect(there.received).toEqual([]);
  expect(await callOf(enrolmentId)).toMatchObject({ status: 'cancelled' });
});

test('a paused flow keeps its calls until it is resumed', async () => {
  const { flowId } = await enrol();
  const turn = (state: 'paused' | 'live') =>
    fresh.db.updateTable('flow').set({ state }).where('id', '=', flowId).execute();
  await turn('paused');
  await deliver();
  expect(there.received).toEqual([]);
  await turn('live');
  await deliver();
  expect(there.received).toHaveLength(1);
});

test('a call whose time is up is given up, and never made again', async () => {
  there.answer = answering(500);
  const { candidateId, enrolmentId } = await enrol({ patience: 'PT1H' });
  await deliver();
  clock.set(clock.now() + hour);
  there.answer = answering(200);
  await move(enrolmentId);
  await house.settle();
  // Those of the other tests may be made meanwhile.
  expect(there.received.filter(({ url }) => url.endsWith(candidateId))).toHaveLength(1);
  expect(await callOf(enrolmentId)).toMatchObject({ status: 'given-up', attempts: 1, http_status: 500 });
  expect(await tagsOf(candidateId)).toContain('silent');
});

test('a flow that is paused longer than a call may take takes no try from it: it is made on resuming, with the time that was left', async () => {
  there.answer = answering(500);
  const { candidateId, flowId, enrolmentId } = await enrol({ patience: 'PT1H' });
  await deliver();
  clock.set(clock.now() + 10 * minute);
  await pauseByHand(fresh.db, flowId, null, clock.now());
  clock.set(clock.now() + 30 * hour);
  await move(enrolmentId);
  await house.settle();
  await resumeFlow(fresh.db, flowId, clock.now());
  const resumed = clock.now();
  await everythingElse();
  await move(enrolmentId);
  expect(await callOf(enrolmentId)).toMatchObject({ status: 'queued', attempts: 1 });
  // Ten minutes of its hour had gone by before the pause.
  clock.set(resumed + 49 * minute);
  await deliver();
  await move(enrolmentId);
  expect(about(candidateId)).toHaveLength(2);
  expect(await callOf(enrolmentId)).toMatchObject({ status: 'queued', attempts: 2 });
  clock.set(resumed + 50 * minute);
  await move(enrolmentId);
  await house.settle();
  expect(await tagsOf(candidateId)).toContain('silent');
  clock.set(resumed + 3 * hour);
  await house.settle();
  expect(about(candidateId)).toHaveLength(2);
  expect(await callOf(enrolmentId)).toMatchObject({ status: 'given-up', attempts: 2 });
});

test('a call that was never made before a pause has all its time after it, also at a step to which it was moved', async () => {
  const { candidateId, flowId, enrolmentId } = await enrol({ patience: 'PT1H' });
  await pauseByHand(fresh.db, flowId, null, clock.now());
  clock.set(clock.now() + 2 * hour);
  await moveTo(flowId, 'call-them', calling({ patience: 'PT30M' }, 'call-them'));
  await resumeFlow(fresh.db, flowId, clock.now());
  clock.set(clock.now() + 29 * minute);
  await everythingElse();
  await move(enrolmentId);
  await house.settle();
  await move(enrolmentId);
  expect(about(candidateId)).toHaveLength(1);
  expect(await tagsOf(candidateId)).toContain('taken');
});

/** Publishes, and moves those who wait at `call` to this node; answers the move's id. */
async function moveTo(flowId: string, node: string, graph: Graph): Promise<string> {
  await fresh.db
    .updateTable('flow')
    .set({ draft: JSON.stringify({ ...graph, name: newId() }) })
    .where('id', '=', flowId)
    .execute();
  const published = await publishFlow(fresh.db, {
    flowId,
    by: 'marta',
    note: '',
    inFlight: [{ version: 1, node: 'call', to: node }],
    now: clock.now(),
  });
  if (!published || !('versionId' in published)) throw new Error(JSON.stringify(published));
  await everythingElse();
  return published.operationId ?? '';
}
/** Every pump, but nobody is called. */
async function everythingElse(): Promise<void> {
  for (let worked = 1; worked > 0; ) {
    worked = 0;
    for (const pump of house.pumps) if (pump.name !== 'deliver-webhook') worked += await pump.round();
  }
}
const takeBack = async (operationId: string) => {
  await undoMove(fresh.db, operationId, 'marta', clock.now());
  await everythingElse();
};
const waitingInstead = () => flow([{ id: 'wait', type: 'wait', data: { for: 'P30D' } }]);
const callsOf = (enrolmentId: string) =>
  fresh.db
    .selectFrom('webhook_call')
    .select(['node_id', 'visit', 'status', 'attempts'])
    .where('enrolment_id', '=', enrolmentId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
const about = (candidateId: string) => there.received.filter(({ url }) => url.endsWith(candidateId));
const customOf = async (candidateId: string) =>
  (
    await fresh.db
      .selectFrom('candidate')
      .select('custom')
      .where('id', '=', candidateId)
      .executeTakeFirstOrThrow()
  ).custom;
const save = [{ pointer: '/score', field: 'score', type: 'number' }];

test('a call that waits is made once though its run is carried over to another step, and its answer counts there', async () => {
  const { candidateId, flowId, enrolmentId } = await enrol({ save });
  await moveTo(flowId, 'call-them', calling({ save }, 'call-them'));
  await move(enrolmentId);
  await house.settle();
  await move(enrolmentId);
  expect(about(candidateId)).toHaveLength(1);
  expect(await callsOf(enrolmentId)).toEqual([{ node_id: 'call', visit: 1, status: 'success', attempts: 1 }]);
  expect(await tagsOf(candidateId)).toContain('taken');
  expect(await customOf(candidateId)).toEqual({ score: 7 });
});

test('a call that is under way when its run is carried over is not made again, and what it brings is kept', async () => {
  const { candidateId, flowId, enrolmentId } = await enrol({ save });
  const { calls } = await claimCalls(fresh.db, { limit: 9, now: clock.now() });
  const call = calls.find((one) => one.enrolmentId === enrolmentId);
  await moveTo(flowId, 'call-them', calling({ save }, 'call-them'));
  await move(enrolmentId);
  const answer = {
    outcome: 'success' as const,
    httpStatus: 200,
    reason: null,
    custom: { score: 7 },
    missing: [],
  };
  await settleCall(fresh.db, { id: call?.id ?? '', attempts: 1 }, answer, clock.now());
  await house.settle();
  await move(enrolmentId);
  expect(about(candidateId)).toEqual([]);
  expect(await callsOf(enrolmentId)).toHaveLength(1);
  expect(await tagsOf(candidateId)).toContain('taken');
  expect(await customOf(candidateId)).toEqual({ score: 7 });
});

test('who is moved to a step that calls with something else to say calls with that, and not with the other', async () => {
  const { candidateId, flowId, enrolmentId } = await enrol();
  await moveTo(flowId, 'call', calling({ body: '{"now": "something else"}' }));
  await move(enrolmentId);
  await house.settle();
  await move(enrolmentId);
  expect(about(candidateId).map(({ body }) => body)).toEqual(['{"now":"something else"}']);
  expect(await callsOf(enrolmentId)).toMatchObject([
    { visit: 1, status: 'cancelled' },
    { visit: 2, status: 'success' },
  ]);
  expect(await tagsOf(candidateId)).toContain('taken');
});

test('a call that was put aside when its run was moved is made once the move is taken back', async () => {
  const { candidateId, flowId, enrolmentId } = await enrol();
  const operationId = await moveTo(flowId, 'wait', waitingInstead());
  await move(enrolmentId);
  await house.settle();
  expect(await callsOf(enrolmentId)).toMatchObject([{ status: 'cancelled' }]);
  await takeBack(operationId);
  await move(enrolmentId);
  await house.settle();
  await move(enrolmentId);
  expect(about(candidateId)).toHaveLength(1);
  expect(await callsOf(enrolmentId)).toMatchObject([
    { status: 'cancelled' },
    { visit: 2, status: 'success' },
  ]);
  expect(await tagsOf(candidateId)).toContain('taken');
});

test('a call that had left before its run was moved is not made again by taking the move back: the answer it had counts', async () => {
  const { candidateId, flowId, enrolmentId } = await enrol();
  const { calls } = await claimCalls(fresh.db, { limit: 9, now: clock.now() });
  const call = calls.find((one) => one.enrolmentId === enrolmentId);
  const operationId = await moveTo(flowId, 'wait', waitingInstead());
  await move(enrolmentId);
  const answer = { outcome: 'failure' as const, httpStatus: 422, reason: null, custom: {}, missing: [] };
  await settleCall(fresh.db, { id: call?.id ?? '', attempts: 1 }, answer, clock.now());
  await everythingElse();
  await move(enrolmentId);
  await takeBack(operationId);
  await move(enrolmentId);
  await house.settle();
  expect(about(candidateId)).toEqual([]);
  expect(await callsOf(enrolmentId)).toMatchObject([{ status: 'failure', attempts: 1 }]);
  expect(await tagsOf(candidateId)).toContain('refused');
});

test('a call that was tried without a clear answer and then given up is not made anew by taking the move back: its time runs out', async () => {
  there.answer = answering(500);
  const { candidateId, flowId, enrolmentId } = await enrol({ patience: 'PT1H' });
  await deliver();
  const operationId = await moveTo(flowId, 'wait', waitingInstead());
  await move(enrolmentId);
  clock.set(clock.now() + 5 * minute);
  there.answer = answering(200);
  await house.settle();
  expect(await callsOf(enrolmentId)).toMatchObject([{ status: 'given-up' }]);
  await takeBack(operationId);
  await move(enrolmentId);
  clock.set(clock.now() + hour);
  await move(enrolmentId);
  await house.settle();
  expect(about(candidateId)).toHaveLength(1);
  expect(await callsOf(enrolmentId)).toHaveLength(1);
  expect(await tagsOf(candidateId)).toContain('silent');
});

/** Her call is under way when her run is moved away from it; the answer comes there. Answers the move's id. */
async function answeredElsewhere(): Promise<{
  candidateId: string;
  enrolmentId: string;
  operationId: string;
}> {
  const { candidateId, flowId, enrolmentId } = await enrol({ save });
  const { calls } = await claimCalls(fresh.db, { limit: 9, now: clock.now() });
  const call = calls.find((one) => one.enrolmentId === enrolmentId);
  const operationId = await moveTo(flowId, 'wait', waitingInstead());
  await move(enrolmentId);
  const answer = {
    outcome: 'success' as const,
    httpStatus: 200,
    reason: null,
    custom: { score: 7 },
    missing: ['/level'],
  };
  await settleCall(fresh.db, { id: call?.id ?? '', attempts: 1 }, answer, clock.now());
  await everythingElse();
  await move(enrolmentId);
  return { candidateId, enrolmentId, operationId };
}
const updatesOf = async (candidateId: string) =>
  (
    await fresh.db
      .selectFrom('event')
      .select('data')
      .where('candidate_id', '=', candidateId)
      .where('type', '=', 'candidate.updated')
      .execute()
  ).map(({ data }) => data);

test('what an answer brings while its run is elsewhere changes nobody, and is there once the move is taken back', async () => {
  const { candidateId, enrolmentId, operationId } = await answeredElsewhere();
  expect(await customOf(candidateId)).toEqual({});
  await takeBack(operationId);
  // Before the run has taken its next step: whatever follows the answer finds it.
  expect(await customOf(candidateId)).toEqual({ score: 7 });
  await move(enrolmentId);
  await house.settle();
  expect(await updatesOf(candidateId)).toEqual([{ fields: ['candidate.custom.score'] }]);
  expect(await tagsOf(candidateId)).toContain('taken');
  expect(await callOf(enrolmentId)).toMatchObject({ status: 'success', kept: null });
});

test('what an answer brought is taken in once, whatever changes her afterwards and however often moves are taken back', async () => {
  const { candidateId, enrolmentId, operationId } = await answeredElsewhere();
  await takeBack(operationId);
  await fresh.db
    .updateTable('candidate')
    .set({ custom: JSON.stringify({ score: 9 }) })
    .where('id', '=', candidateId)
    .execute();
  await takeBack(operationId);
  await move(enrolmentId);
  await house.settle();
  expect(await customOf(candidateId)).toEqual({ score: 9 });
  expect(await updatesOf(candidateId)).toHaveLength(1);
});

test('what an answer brought is forgotten when its run ends elsewhere', async () => {
  const { candidateId, enrolmentId } = await answeredElsewhere();
  expect(await callOf(enrolmentId)).toMatchObject({ kept: { score: 7 } });
  await stopEnrolment(fresh.db, enrolmentId, 'marta', clock.now());
  await move(enrolmentId);
  await house.settle();
  expect(await customOf(candidateId)).toEqual({});
  expect(await callOf(enrolmentId)).toMatchObject({ kept: null });
});
