/** The rules that keep a run right, each with the interleaving that would break it. */
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { newId } from '../../db/id.ts';
import { type EventToWrite, recordEvents } from '../../db/queries/events.ts';
import { lockCandidates } from '../../db/queries/lock.ts';
import { markAllOpen } from '../../db/queries/marks.ts';
import { mergeCandidates } from '../../db/queries/merge.ts';
import { recordReply, unsubscribe } from '../../db/queries/messages.ts';
import { rollUp } from '../../db/queries/rollup.ts';
import { retryConflicts } from '../../db/transactions.ts';
import { type Graph, graphSchema } from '../../engine/flow/schema.ts';
import { advancing } from '../../workflows/context.ts';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';
import {
  addCandidate,
  addPipeline,
  addPool,
  addSource,
  addTemplate,
  day,
  greenhouse,
  type House,
  hour,
  houseOn,
  minute,
  publish,
  receive,
  type TestClock,
  testClock,
} from '../harness/house.ts';

let fresh: FreshDatabase;
let clock: TestClock;
let house: House;
let templates: Record<string, string>;
let template: string;

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

type Node = [id: string, type: string, data?: Record<string, unknown>];

/** Nodes one after another by `next`, but for the edges that are given. */
function chain(
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

const publishChain = (...parts: Parameters<typeof chain>) =>
  publish(fresh.db, chain(...parts), { templates, now: clock.now() });

const record = (candidateId: string, event: Omit<EventToWrite, 'candidateId' | 'by'>) =>
  fresh.db.transaction().execute(async (trx) => {
    await lockCandidates(trx, [candidateId]);
    return recordEvents(trx, [{ candidateId, by: { kind: 'person' }, ...event }], clock.now());
  });
const enter = async (candidateId: string, flowId: string) => {
  await record(candidateId, { type: 'enrolment.requested', data: { flowId } });
  await house.settle();
};
const advance = (id: string) => advancing(house.context, id, clock.now());
const only = () => fresh.db.selectFrom('enrolment').selectAll().executeTakeFirstOrThrow();
const ways = async (id: string) =>
  (
    await fresh.db
      .selectFrom('step')
      .select(['node_id', 'port'])
      .where('enrolment_id', '=', id)
      .orderBy('ord')
      .execute()
  ).map((row) => `${row.node_id}${row.port && row.port !== 'next' ? ` → ${row.port}` : ''}`);
const everything = async () => ({
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
const publishAsking = (settings: Partial<Graph['settings']> = {}) => {
  const [nodes, given, edges] = asking;
  const filled = nodes.map(
    (node): Node => (node[1] === 'send-email' ? [node[0], node[1], { templateId: template }] : node),
  );
  return publishChain(filled, { ...given, ...settings }, edges);
};

describe('once', () => {
  test('advance, run twice at any point, changes nothing the second time', async () => {
    const { flowId } = await publishAsking();
    const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
    await enter(ana, flowId);
    const { id } = await only();
    for (const move of [async () => {}, async () => clock.set(clock.now() + 14 * day), async () => {}]) {
      await move();
      await advance(id);
      const before = await everything();
      await advance(id);
      await Promise.all([advance(id), advance(id), advance(id)]);
      expect(await everything()).toEqual(before);
    }
    expect((await only()).status).toBe('ended');
  });

  test('one event enrols once, however often and by however many routers it is seen', async () => {
    await publishAsking();
    const { flowId } = await publishChain([
      ['start', 'joined-pool', { poolId: '01890000-0000-7000-8000-000000000000' }],
      ['end', 'end'],
    ]);
    const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
    const [event] = await record(ana, {
      type: 'pool.joined',
      data: { poolId: '01890000-0000-7000-8000-000000000000' },
    });
    const second = houseOn(fresh.db, clock);
    await Promise.all([house.settle(), second.settle()]);
    await sql`insert into event_queue (event_id) values (${event?.id})`.execute(fresh.db);
    await house.settle();
    expect(await fresh.db.selectFrom('enrolment').select('flow_id').execute()).toEqual([{ flow_id: flowId }]);
  });

  test('fifty requests about one new person at the same moment make one candidate, one application, one enrolment', async () => {
    await addPipeline(fresh.db);
    const source = await addSource(fresh.db);
    await publishChain([
      ['start', 'application-received'],
      ['mail', 'send-email', { templateId: template }],
      ['wait', 'wait', { for: 'P3D' }],
      ['end', 'end'],
    ]);
    for (let n = 0; n < 50; n++)
      await receive(
        fresh.db,
        source,
        'greenhouse',
        greenhouse({ id: 7, firstName: 'Ana', lastName: 'Costa', email: 'ana@costa.example' }),
      );
    const houses = [house, houseOn(fresh.db, clock), houseOn(fresh.db, clock)];
    await Promise.all(houses.map((one) => one.settle()));
    await house.settle();
    expect(await fresh.db.selectFrom('inbound').select('id').where('status', '<>', 'done').execute()).toEqual(
      [],
    );
    for (const table of [
      'candidate',
      'candidate_email',
      'application',
      'enrolment',
      'caught_mail',
      'job',
    ] as const) {
      expect(await fresh.db.selectFrom(table).select(sql`1`.as('one')).execute(), table).toHaveLength(1);
    }
  });
});

describe('what is stored decides', () => {
  test('a reply stored before the timeout is taken wins, even when the deadline has passed', async () => {
    const { flowId } = await publishAsking();
    const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
    await enter(ana, flowId);
    const { id } = await only();
    clock.set(clock.now() + 15 * day);
    const message = await fresh.db.selectFrom('message').select('id').executeTakeFirstOrThrow();
    await recordReply(fresh.db, { messageId: message.id, text: 'Yes', now: clock.now() });
    await advance(id);
    expect(await ways(id)).toEqual(['start', 'mail', 'reply → event', 'warm', 'end']);
  });

  test('a reply that the router never saw is found by the timer’s own advance', async () => {
    const { flowId } = await publishAsking();
    const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
    await enter(ana, flowId);
    const { id } = await only();
    const message = await fresh.db.selectFrom('message').select('id').executeTakeFirstOrThrow();
    await recordReply(fresh.db, { messageId: message.id, text: 'Yes', now: clock.now() });
    await sql`delete from event_queue`.execute(fresh.db);
    clock.set(clock.now() + 14 * day);
    await advance(id);
    expect(await ways(id)).toContain('reply → event');
  });

  test('two replies and a timeout at the same moment take one way', async () => {
    const { flowId } = await publishAsking();
    const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
    await enter(ana, flowId);
    const { id } = await only();
    const message = await fresh.db.selectFrom('message').select('id').executeTakeFirstOrThrow();
    clock.set(clock.now() + 14 * day);
    const reply = () => recordReply(fresh.db, { messageId: message.id, text: 'Yes', now: clock.now() });
    await Promise.all([advance(id), reply(), advance(id), reply(), advance(id)]);
    await advance(id);
    const way = await ways(id);
    expect(way.filter((node) => node.startsWith('reply'))).toHaveLength(1);
    expect(way.filter((node) => node === 'end')).toHaveLength(1);
  });

  test('an event before the flow was published enrols no one, and an edit does not touch who is under way', async () => {
    const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
    await record(ana, { type: 'pool.joined', data: { poolId: '01890000-0000-7000-8000-000000000000' } });
    clock.set(clock.now() + minute);
    await publishChain([
      ['start', 'joined-pool', { poolId: '01890000-0000-7000-8000-000000000000' }],
      ['end', 'end'],
    ]);
    await sql`insert into event_queue (event_id) select id from event on conflict do nothing`.execute(
      fresh.db,
    );
    await house.settle();
    expect(await fresh.db.selectFrom('enrolment').select('id').execute()).toEqual([]);
  });
});

describe('exits and pauses', () => {
  test('an exit ends the run at once, cancels what has not left, and is heard while the flow is paused', async () => {
    const { flowId } = await publishAsking();
    const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
    await record(ana, { type: 'enrolment.requested', data: { flowId } });
    for (const pump of house.pumps) if (pump.name !== 'deliver-email') await pump.round();
    await fresh.db.updateTable('flow').set({ state: 'paused' }).execute();
    await record(ana, { type: 'candidate.hired' });
    const message = await fresh.db
      .selectFrom('message')
      .select(['status', 'reason'])
      .executeTakeFirstOrThrow();
    expect(message).toEqual({ status: 'cancelled', reason: 'exit:candidate.hired' });
    const { id } = await only();
    await advance(id);
    expect(await only()).toMatchObject({
      status: 'exited',
      end_reason: 'exit:candidate.hired',
      node_id: null,
    });
    await house.settle();
    expect(await fresh.db.selectFrom('caught_mail').select('id').execute()).toEqual([]);
  });

  test('an unsubscribe link works once, ends the flow, and keeps the next flow from writing', async () => {
    const first = await publishAsking();
    const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
    await enter(ana, first.flowId);
    const { token } = await fresh.db.selectFrom('message').select('token').executeTakeFirstOrThrow();
    expect(await unsubscribe(fresh.db, token, clock.now())).toBe('done');
    expect(await unsubscribe(fresh.db, token, clock.now())).toBe('already');
    expect(await unsubscribe(fresh.db, 'nobody’s', clock.now())).toBe('unknown');
    await house.settle();
    await advance((await only()).id);
    expect((await only()).status).toBe('exited');
    const second = await publishAsking();
    await enter(ana, second.flowId);
    const skipped = await fresh.db
      .selectFrom('step')
      .select(['node_id', 'outcome'])
      .where('outcome', '=', 'skipped')
      .where('version_id', '=', second.versionId)
      .execute();
    expect(skipped).toEqual([{ node_id: 'mail', outcome: 'skipped' }]);
    expect(await fresh.db.selectFrom('caught_mail').select('id').execute()).toHaveLength(1);
  });

  test('pausing holds everyone before the next effect and loses no one', async () => {
    const { flowId } = await publishChain([
      ['start', 'manual'],
      ['wait', 'wait', { for: 'P1D' }],
      ['tag', 'add-tag', { tag: 'warm' }],
      ['end', 'end'],
    ]);
    const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
    await enter(ana, flowId);
    const { id } = await only();
    await fresh.db.updateTable('flow').set({ state: 'paused' }).execute();
    clock.set(clock.now() + 2 * day);
    expect(await advance(id)).toMatchObject({ done: false, wakeAt: null });
    expect((await only()).node_id).toBe('wait');
    await fresh.db.updateTable('flow').set({ state: 'live' }).execute();
    expect(await advance(id)).toEqual({ done: true });
    expect(await ways(id)).toEqual(['start', 'wait', 'tag', 'end']);
  });

  test('reaching the goal after the last step still counts', async () => {
    const { flowId } = await publishChain(
      [
        ['start', 'manual'],
        ['mail', 'send-email', { templateId: template }],
        ['end', 'end'],
      ],
      { exitOn: [], goal: { events: ['message.replied'], window: 'P30D', exit: true } },
    );
    const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
    await enter(ana, flowId);
    expect(await only()).toMatchObject({ status: 'ended', goal_at: null });
    clock.set(clock.now() + 10 * day);
    const message = await fresh.db.selectFrom('message').select('id').executeTakeFirstOrThrow();
    await recordReply(fresh.db, { messageId: message.id, text: 'Yes', now: clock.now() });
    await house.settle();
    expect((await only()).goal_at?.getTime()).toBe(clock.now());
  });
});

describe('poison', () => {
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
    const aside = await fresh.db.selectFrom('event_queue').select('attempts').execute();
    expect(aside).toEqual([{ attempts: 1 }]);
  });
});

describe('no floods', () => {
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
    const { flowId, versionId } = await publishChain(
      [
        ['start', 'manual'],
        ['end', 'end'],
      ],
      { reentry: 'always' },
    );
    const started = clock.now();
    const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
    await enter(ana, flowId);
    await sql`update flow_version set live_from = ${new Date(started - 10 * day)}`.execute(fresh.db);
    await sql`
      insert into enrolment (id, flow_id, version_id, candidate_id, entry_key, status, state, started_at)
      select gen_random_uuid(), ${flowId}, ${versionId}, ${ana}, n::text, 'ended', '{}', ${new Date(started)}::timestamptz - make_interval(hours => n)
      from generate_series(2, 160) as n`.execute(fresh.db);
    for (let n = 0; n < 99; n++) await record(ana, { type: 'enrolment.requested', data: { flowId } });
    await house.settle();
    expect((await fresh.db.selectFrom('flow').select('state').executeTakeFirstOrThrow()).state).toBe('live');
    await record(ana, { type: 'enrolment.requested', data: { flowId } });
    await house.settle();
    const flow = await fresh.db
      .selectFrom('flow')
      .select(['state', 'paused_reason'])
      .executeTakeFirstOrThrow();
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
    const refused = await fresh.db
      .selectFrom('refusal')
      .select(['flow_id', 'code'])
      .orderBy('code')
      .execute();
    expect(refused).toEqual([
      { flow_id: after.flowId, code: 'already-in' },
      { flow_id: once.flowId, code: 'once-only' },
    ]);
  });
});

describe('nothing is lost', () => {
  test('with Temporal away, starting marks wait; nothing that ran is run again', async () => {
    const { flowId } = await publishAsking();
    const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
    await enter(ana, flowId);
    const [mark] = await fresh.db.selectFrom('mark').selectAll().execute();
    expect(mark).toMatchObject({ kind: 'start' });
    expect(mark?.start_at?.getTime()).toBe(clock.now() + 14 * day);
    const started: { id: string; delay: number }[] = [];
    const back = houseOn(fresh.db, clock, {
      clocks: () => ({
        start: async (id, delay) => void started.push({ id, delay }),
        wake: async () => {},
        end: async () => {},
      }),
    });
    await sql`update mark set next_at = now()`.execute(fresh.db);
    await back.settle();
    expect(started).toEqual([{ id: (await only()).id, delay: 14 * day }]);
    expect(await fresh.db.selectFrom('mark').selectAll().execute()).toEqual([]);
    expect(await fresh.db.selectFrom('caught_mail').select('id').execute()).toHaveLength(1);
  });

  test('a deadline that passed a minute ago is marked by the sweep; a lost store marks everyone', async () => {
    const { flowId } = await publishAsking();
    const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example' });
    await enter(ana, flowId);
    await sql`delete from mark`.execute(fresh.db);
    clock.set(clock.now() + 14 * day + 59_000);
    await house.settle();
    expect(await fresh.db.selectFrom('mark').selectAll().execute()).toEqual([]);
    clock.set(clock.now() + 2000);
    await house.settle();
    expect(await fresh.db.selectFrom('mark').select(['kind', 'lane']).execute()).toEqual([
      { kind: 'wake', lane: 'due' },
    ]);
    expect(await markAllOpen(fresh.db), 'who is marked already is not marked twice').toBe(0);
    await sql`delete from mark`.execute(fresh.db);
    expect(await markAllOpen(fresh.db)).toBe(1);
  });
});

describe('one lock order', () => {
  test('two routers, merges, replies and advances at the same moment do not deadlock, and everyone moves once', async () => {
    const { flowId } = await publishAsking({ reentry: 'always' });
    const people: string[] = [];
    for (let n = 0; n < 16; n++)
      people.push(await addCandidate(fresh.db, { name: `Ana${n} Costa`, email: `ana${n}@costa.example` }));
    for (const one of people) await enter(one, flowId);
    await sql`delete from mark`.execute(fresh.db);
    const messages = await fresh.db.selectFrom('message').select('id').execute();
    const runs = await fresh.db.selectFrom('enrolment').select('id').execute();
    const deadlocks = async () =>
      Number(
        (
          await sql<{
            n: string;
          }>`select deadlocks as n from pg_stat_database where datname = current_database()`.execute(fresh.db)
        ).rows[0]?.n,
      );
    const before = await deadlocks();
    const merge = (keep?: string, lose?: string) =>
      retryConflicts(() =>
        fresh.db
          .transaction()
          .execute((trx) =>
            mergeCandidates(trx, { keep: keep ?? '', lose: lose ?? '', by: { kind: 'person' } }, clock.now()),
          ),
      );
    await Promise.all([
      ...messages.map((message) =>
        recordReply(fresh.db, { messageId: message.id, text: 'Yes', now: clock.now() }),
      ),
      house.settle(),
      houseOn(fresh.db, clock).settle(),
      ...runs.map((run) => advance(run.id)),
      ...[0, 2, 4, 6].map((n) => merge(people[n + 1], people[n])),
      ...[8, 10].map((n) => merge(people[n], people[n + 1])),
      ...runs.map((run) => advance(run.id)),
    ]);
    for (const run of runs) await advance(run.id);
    expect(await deadlocks()).toBe(before);
    const ended = await fresh.db
      .selectFrom('enrolment')
      .select('status')
      .where('status', '=', 'ended')
      .execute();
    expect(ended).toHaveLength(16);
    for (const run of runs)
      expect(await ways(run.id)).toEqual(['start', 'mail', 'reply → event', 'warm', 'end']);
    const seqs = await sql<{ dense: boolean }>`
      select count(*) filter (where seq > 0) = max(c.event_seq) as dense from event join candidate c on c.id = event.candidate_id
      where c.merged_into is null group by c.id`.execute(fresh.db);
    expect(seqs.rows).toEqual(Array.from({ length: 10 }, () => ({ dense: true })));
  });

  test('a merge keeps both people’s runs, history and addresses, and one run of a flow', async () => {
    const { flowId } = await publishAsking();
    const other = await publishChain([
      ['start', 'manual'],
      ['wait', 'wait', { for: 'P1D' }],
      ['end', 'end'],
    ]);
    const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example', tags: ['a'] });
    const same = await addCandidate(fresh.db, { name: 'Ana C.', email: 'ana@work.example', tags: ['b'] });
    await enter(ana, flowId);
    await enter(same, flowId);
    await enter(same, other.flowId);
    await fresh.db
      .transaction()
      .execute((trx) => mergeCandidates(trx, { keep: ana, lose: same, by: { kind: 'person' } }, clock.now()));
    const runs = await fresh.db
      .selectFrom('enrolment')
      .select(['flow_id', 'candidate_id', 'status', 'end_reason'])
      .orderBy('status')
      .execute();
    expect(runs.every((run) => run.candidate_id === ana)).toBe(true);
    expect(runs.map((run) => [run.status, run.end_reason])).toEqual([
      ['exited', 'merged'],
      ['open', null],
      ['open', null],
    ]);
    const addresses = await fresh.db
      .selectFrom('candidate_email')
      .select(['address', 'is_primary'])
      .where('candidate_id', '=', ana)
      .orderBy('address')
      .execute();
    expect(addresses).toEqual([
      { address: 'ana@costa.example', is_primary: true },
      { address: 'ana@work.example', is_primary: false },
    ]);
    clock.set(clock.now() + 1 * day + hour);
    for (const run of await fresh.db
      .selectFrom('enrolment')
      .select('id')
      .where('status', '=', 'open')
      .execute())
      await advance(run.id);
    expect(
      (
        await fresh.db
          .selectFrom('enrolment')
          .select('status')
          .where('flow_id', '=', other.flowId)
          .executeTakeFirstOrThrow()
      ).status,
    ).toBe('ended');
  });
});

test('the funnel’s roll-up counts every ledger row once, also while transactions are still open', async () => {
  const { flowId, versionId } = await publishChain([
    ['start', 'manual'],
    ['tag', 'add-tag', { tag: 'warm' }],
    ['end', 'end'],
  ]);
  const people: string[] = [];
  for (let n = 0; n < 12; n++) people.push(await addCandidate(fresh.db, { name: `Ana${n} Costa` }));
  const slow = fresh.db.transaction().execute(async (trx) => {
    await sql`select pg_current_xact_id()`.execute(trx);
    await Promise.all(
      people.slice(0, 6).map((one) => record(one, { type: 'enrolment.requested', data: { flowId } })),
    );
    await house.settle();
    await rollUp(fresh.db);
  });
  await slow;
  await Promise.all([
    ...people.slice(6).map((one) => record(one, { type: 'enrolment.requested', data: { flowId } })),
  ]);
  await Promise.all([house.settle(), rollUp(fresh.db), rollUp(fresh.db)]);
  await rollUp(fresh.db);
  // Transactions of other databases on this server hold the mark back, too: what it has not passed is the tail.
  const rows = await sql<{ node: string; n: number }>`
    select node_id as node, sum(n)::int as n from (
      select node_id, n from funnel where version_id = ${versionId} and kind = 'passed'
      union all
      select node_id, 1 from step where version_id = ${versionId} and outcome = 'passed' and xid >= (select below from funnel_mark)
    ) as counted group by 1 order by 1`.execute(fresh.db);
  expect(rows.rows.map((row) => [row.node, row.n])).toEqual([
    ['end', 12],
    ['start', 12],
    ['tag', 12],
  ]);
});
