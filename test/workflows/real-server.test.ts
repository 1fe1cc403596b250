/** On the real server: what the time-skipping one does otherwise. Waking cuts a start delay; long runs go on as new. */
import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordEvents } from '../../db/queries/events.ts';
import { lockCandidates } from '../../db/queries/lock.ts';
import { recordReply } from '../../db/queries/messages.ts';
import { stopEnrolment } from '../../db/queries/repairs.ts';
import { type Graph, graphSchema } from '../../engine/flow/schema.ts';
import { type Clockwork, clockworkOn } from '../harness/clockwork.ts';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';
import { addCandidate, addTemplate, publish } from '../harness/house.ts';
import { type RealTemporal, realTemporal } from '../harness/temporal.ts';

let fresh: FreshDatabase;
let temporal: RealTemporal;
let connection: Connection;
let native: NativeConnection;
let client: Client;
let works: Clockwork;

beforeAll(async () => {
  fresh = await freshDatabase();
  temporal = await realTemporal({ dynamicConfig: ['limit.historyCount.suggestContinueAsNew=15'] });
  connection = await Connection.connect({ address: temporal.address });
  native = await NativeConnection.connect({ address: temporal.address });
  client = new Client({ connection });
  works = await clockworkOn(fresh.db, {
    client,
    nativeConnection: native,
    now: async () => Date.now(),
    skip: async () => {},
  });
});
afterAll(async () => {
  await works.stop();
  await connection.close();
  await native.close();
  await temporal.stop();
  await fresh.drop();
});

async function enter(graph: Graph, templates: Record<string, string> = {}): Promise<string> {
  const { flowId } = await publish(fresh.db, graph, { templates, now: Date.now() - 1000 });
  const candidateId = await addCandidate(
    fresh.db,
    { name: 'Ana Costa', email: `ana-${flowId}@costa.example` },
    Date.now(),
  );
  await fresh.db.transaction().execute(async (trx) => {
    await lockCandidates(trx, [candidateId]);
    await recordEvents(
      trx,
      [{ candidateId, type: 'enrolment.requested', data: { flowId }, by: { kind: 'person' } }],
      Date.now(),
    );
  });
  await works.rest();
  return (
    await fresh.db
      .selectFrom('enrolment')
      .select('id')
      .where('flow_id', '=', flowId)
      .executeTakeFirstOrThrow()
  ).id;
}

const at = { x: 0, y: 0 };
const edges = (given: [string, string, string][]) =>
  given.map(([source, sourceHandle, target], n) => ({ id: `e${n}`, source, sourceHandle, target }));

async function asking(): Promise<string> {
  const template = await addTemplate(fresh.db, `Hello ${Math.random()}`, 'Hello', 'Hello.', Date.now());
  const graph = graphSchema.parse({
    name: 'Ask',
    settings: { exitOn: ['candidate.hired'] },
    nodes: [
      { id: 'start', type: 'manual', position: at, data: {} },
      { id: 'mail', type: 'send-email', position: at, data: { templateId: template.id } },
      { id: 'reply', type: 'wait-for', position: at, data: { event: 'message.replied', timeout: 'P14D' } },
      { id: 'warm', type: 'add-tag', position: at, data: { tag: 'warm' } },
      { id: 'end', type: 'end', position: at, data: {} },
    ],
    edges: edges([
      ['start', 'next', 'mail'],
      ['mail', 'next', 'reply'],
      ['reply', 'event', 'warm'],
      ['reply', 'timeout', 'end'],
      ['warm', 'next', 'end'],
    ]),
  });
  return enter(graph, { [template.id]: template.versionId });
}

const statusOf = async (id: string) =>
  (await fresh.db.selectFrom('enrolment').select('status').where('id', '=', id).executeTakeFirstOrThrow())
    .status;
const settled = async (id: string, wanted: string) => {
  for (let tries = 0; tries < 400 && (await statusOf(id)) !== wanted; tries++) {
    await works.settle();
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return statusOf(id);
};

test('a reply wakes a run whose workflow has not begun yet, fourteen days early', async () => {
  const id = await asking();
  const before = await client.workflow.getHandle(id).describe();
  expect(before.status.name).toBe('RUNNING');
  expect(before.historyLength, 'started with a delay: no task has run').toBe(1);
  const message = await fresh.db
    .selectFrom('message')
    .select('id')
    .where('enrolment_id', '=', id)
    .executeTakeFirstOrThrow();
  await recordReply(fresh.db, { messageId: message.id, text: 'Yes', now: Date.now() });
  expect(await settled(id, 'ended')).toBe('ended');
  await client.workflow.getHandle(id).result();
  expect((await client.workflow.getHandle(id).describe()).status.name).toBe('COMPLETED');
});

test('a run stopped by hand leaves no clock behind', async () => {
  const id = await asking();
  await stopEnrolment(fresh.db, id, 'someone', Date.now());
  await works.settle();
  expect((await client.workflow.getHandle(id).describe()).status.name).toBe('TERMINATED');
  expect(await fresh.db.selectFrom('mark').select('id').where('enrolment_id', '=', id).execute()).toEqual([]);
});

test('a long run goes on as new when the server suggests it, and no step is lost or done twice', async () => {
  const waits = Array.from({ length: 8 }, (_, n) => `wait${n}`);
  const graph = graphSchema.parse({
    name: 'Long',
    settings: { exitOn: [] },
    nodes: [
      { id: 'start', type: 'manual', position: at, data: {} },
      ...waits.map((id) => ({ id, type: 'wait', position: at, data: { for: 'PT1S' } })),
      { id: 'end', type: 'end', position: at, data: {} },
    ],
    edges: edges([
      ['start', 'next', 'wait0'],
      ...waits.map((id, n): [string, string, string] => [id, 'next', waits[n + 1] ?? 'end']),
    ]),
  });
  const id = await enter(graph);
  const first = (await client.workflow.getHandle(id).describe()).runId;
  expect(await settled(id, 'ended')).toBe('ended');
  await client.workflow.getHandle(id).result();
  const last = await client.workflow.getHandle(id).describe();
  const { events } = await client.workflow.getHandle(id, first).fetchHistory();
  const summaries = (events ?? [])
    .filter((event) => event.timerStartedEventAttributes)
    .map((event) => Buffer.from(event.userMetadata?.summary?.data ?? []).toString());
  expect(summaries[0], 'what Temporal’s own pages show beside the timer').toMatch(/^"wait\d: PT1S"$/);
  expect(last.runId).not.toBe(first);
  expect(last.historyLength).toBeLessThan(40);
  const steps = await fresh.db
    .selectFrom('step')
    .select('node_id')
    .where('enrolment_id', '=', id)
    .orderBy('ord')
    .execute();
  expect(steps.map((step) => step.node_id)).toEqual(['start', ...waits, 'end']);
});
