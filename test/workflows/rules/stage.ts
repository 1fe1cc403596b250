/** What the tests of the rules stand on: a house on an empty database, its clock, one template, the flow that asks. */
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { newId } from '../../../db/id.ts';
import { type EventToWrite, recordEvents } from '../../../db/queries/events.ts';
import { lockCandidates } from '../../../db/queries/lock.ts';
import { type Graph, graphSchema } from '../../../engine/flow/schema.ts';
import { advancing } from '../../../workflows/context.ts';
import { type FreshDatabase, freshDatabase } from '../../harness/database.ts';
import { addTemplate, type House, houseOn, publish, type TestClock, testClock } from '../../harness/house.ts';

export let fresh: FreshDatabase;
export let clock: TestClock;
export let house: House;
export let template: string;
let templates: Record<string, string>;

/** Called at the top of a test file: a database for the file, empty before each test. */
export function standOnEmptyGround(): void {
  beforeAll(async () => {
    fresh = await freshDatabase({ max: 20 });
  });
  afterAll(() => fresh.drop());
  beforeEach(async () => {
    await sql`truncate candidate, flow, template, pool, pipeline, source, funnel, milestone, caught_mail, suppression, email_batch cascade`.execute(
      fresh.db,
    );
    clock = testClock();
    house = houseOn(fresh.db, clock);
    const made = await addTemplate(fresh.db, 'Hello', 'Hello', 'Hello.');
    template = made.id;
    templates = { [made.id]: made.versionId };
  });
}

type Node = [id: string, type: string, data?: Record<string, unknown>];

/** Nodes one after another by `next`, but for the edges that are given. */
export function chain(
  nodes: Node[],
  settings: Partial<Graph['settings']> = {},
  edges: [string, string, string][] = [],
): Graph {
  const given = new Set(edges.map(([source]) => source));
  const drawn = nodes
    .slice(0, -1)
    .flatMap(([id], index) => (given.has(id) ? [] : [[id, 'next', nodes[index + 1]?.[0] ?? ''] as const]));
  return graphSchema.parse({
    name: `Flow ${newId()}`,
    settings,
    nodes: nodes.map(([id, type, data = {}]) => ({ id, type, data, position: { x: 0, y: 0 } })),
    edges: [...drawn, ...edges].map(([source, sourceHandle, target], index) => ({
      id: `e${index}`,
      source,
      sourceHandle,
      target,
    })),
  });
}

export const publishChain = (...parts: Parameters<typeof chain>) =>
  publish(fresh.db, chain(...parts), { templates, now: clock.now() });

export const record = (
  candidateId: string,
  event: Omit<EventToWrite, 'candidateId' | 'by'> & Partial<Pick<EventToWrite, 'by'>>,
) =>
  fresh.db.transaction().execute(async (trx) => {
    await lockCandidates(trx, [candidateId]);
    return recordEvents(trx, [{ candidateId, by: { kind: 'person' }, ...event }], clock.now());
  });
export const enter = async (candidateId: string, flowId: string) => {
  await record(candidateId, { type: 'enrolment.requested', data: { flowId } });
  await house.settle();
};
export const advance = (id: string) => advancing(house.context, id, clock.now());
export const only = () => fresh.db.selectFrom('enrolment').selectAll().executeTakeFirstOrThrow();
export const ways = async (id: string) =>
  (
    await fresh.db
      .selectFrom('step')
      .select(['node_id', 'port'])
      .where('enrolment_id', '=', id)
      .orderBy('ord')
      .execute()
  ).map((row) => `${row.node_id}${row.port && row.port !== 'next' ? ` → ${row.port}` : ''}`);
export const everything = async () => ({
  steps: await fresh.db.selectFrom('step').selectAll().orderBy('ord').execute(),
  events: await fresh.db.selectFrom('event').selectAll().orderBy('id').execute(),
  messages: await fresh.db.selectFrom('message').selectAll().orderBy('id').execute(),
  enrolments: await fresh.db.selectFrom('enrolment').selectAll().orderBy('id').execute(),
  candidates: await fresh.db.selectFrom('candidate').selectAll().orderBy('id').execute(),
});

const asking: [Node[], Partial<Graph['settings']>, [string, string, string][]] = [
  [
    ['start', 'manual'],
    ['mail', 'send-email', {}],
    ['reply', 'wait-for', { event: 'message.replied', timeout: 'P14D' }],
    ['warm', 'add-tag', { tag: 'warm' }],
    ['end', 'end'],
  ],
  { exitOn: ['candidate.hired', 'message.unsubscribed'] },
  [
    ['reply', 'event', 'warm'],
    ['reply', 'timeout', 'end'],
  ],
];
export const publishAsking = (settings: Partial<Graph['settings']> = {}) => {
  const [nodes, given, edges] = asking;
  const filled = nodes.map(
    (node): Node => (node[1] === 'send-email' ? [node[0], node[1], { templateId: template }] : node),
  );
  return publishChain(filled, { ...given, ...settings }, edges);
};
