import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Demo, demoHere } from '../../api/demo.ts';
import { isBeingFilled, whileFilling } from '../../db/queries/demo.ts';
import { readFigures } from '../../db/queries/figures.ts';
import { rollUp } from '../../db/queries/rollup.ts';
import type { Graph } from '../../engine/flow/schema.ts';
import { fillDemo, scratchSchema } from '../../local/demo/fill.ts';
import { advance } from '../../workflows/advance.ts';
import { apiHarness } from '../api/harness.ts';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';
import { day, houseOn, monday, testClock, testHouse, testSecrets } from '../harness/house.ts';

let fresh: FreshDatabase;
const fill = () =>
  fillDemo({ url: fresh.url, secrets: testSecrets, house: testHouse, now: monday, say: () => {} });

beforeAll(async () => {
  fresh = await freshDatabase();
  await fresh.db
    .insertInto('user')
    .values({ id: 'owner', name: 'Inês Duarte', email: 'ines@jobs.example', role: 'admin' })
    .execute();
  await fill();
}, 240_000);
afterAll(() => fresh.drop());

const count = async (table: 'candidate' | 'enrolment' | 'event' | 'message' | 'step') =>
  Number(
    (
      await fresh.db
        .selectFrom(table)
        .select((eb) => eb.fn.countAll().as('n'))
        .executeTakeFirstOrThrow()
    ).n,
  );

const versions = () =>
  fresh.db
    .selectFrom('flow_version')
    .innerJoin('flow', 'flow.id', 'flow_version.flow_id')
    .select(['flow_version.id', 'flow.id as flowId', 'flow.name', 'number', 'graph', 'flow_version.plan'])
    .orderBy('number')
    .execute();

describe('The demo', () => {
  test('brings a few hundred people with a past, and three flows, each with a goal, one in two versions', async () => {
    expect(await count('candidate')).toBeGreaterThan(300);
    expect(await count('enrolment')).toBeGreaterThan(350);
    const published = await versions();
    expect(new Set(published.map((one) => one.name)).size).toBe(3);
    expect(published.filter((one) => one.name.startsWith('Silver')).map((one) => one.number)).toEqual([1, 2]);
    for (const { graph } of published) expect(graph.settings.goal, graph.name).toBeDefined();
    const hired = await fresh.db.selectFrom('candidate').select('id').where('status', '=', 'hired').execute();
    expect(hired.length).toBeGreaterThan(4);
  });

  test('leaves some waiting for what comes in the next days, and a few stopped for a reason', async () => {
    const open = await fresh.db.selectFrom('enrolment').selectAll().where('status', '=', 'open').execute();
    expect(open.length).toBeGreaterThan(15);
    for (const run of open) {
      expect(run.wake_at?.getTime()).toBeGreaterThan(monday);
      expect(run.wake_at?.getTime()).toBeLessThan(monday + 30 * day);
    }
    const flows = new Set(open.map((run) => run.flow_id));
    expect(flows.size).toBe(3);
    const blocked = await fresh.db
      .selectFrom('enrolment')
      .select('state')
      .where('status', '=', 'blocked')
      .execute();
    expect(blocked.length).toBeGreaterThan(0);
    expect(blocked.length).toBeLessThan(5);
    for (const run of blocked) expect(run.state.problem).toBeTruthy();
  });

  test('hands every run that is on its way to the real clocks, once', async () => {
    const open = await fresh.db.selectFrom('enrolment').select('id').where('status', '=', 'open').execute();
    const marks = await fresh.db.selectFrom('mark').select(['enrolment_id', 'kind', 'lane']).execute();
    expect(marks.map((mark) => mark.enrolment_id).sort()).toEqual(open.map((run) => run.id).sort());
    expect(new Set(marks.map((mark) => `${mark.kind} ${mark.lane}`))).toEqual(new Set(['wake bulk']));
    for (const queue of ['event_queue', 'email_queue', 'inbound_queue'] as const)
      expect(await fresh.db.selectFrom(queue).selectAll().execute(), queue).toEqual([]);
  });

  test('has a ledger in which every run follows the connections of its version', async () => {
    const graphs = new Map((await versions()).map((one) => [one.id, one.graph as Graph]));
    const steps = await fresh.db
      .selectFrom('step')
      .innerJoin('enrolment', 'enrolment.id', 'step.enrolment_id')
      .select(['step.enrolment_id', 'step.node_id', 'step.version_id', 'step.port', 'step.outcome'])
      .select(['enrolment.node_id as standsAt', 'enrolment.status', 'enrolment.version_id as runVersion'])
      .orderBy('step.enrolment_id')
      .orderBy('step.ord')
      .execute();
    const ways = Map.groupBy(steps, (step) => step.enrolment_id);
    expect(ways.size).toBe(await count('enrolment'));
    for (const way of ways.values()) {
      const first = way[0] as (typeof way)[number];
      const edges = graphs.get(first.runVersion)?.edges ?? [];
      const kinds = new Map(graphs.get(first.runVersion)?.nodes.map((node) => [node.id, node.type]));
      expect(['application-received', 'stage-changed', 'joined-pool']).toContain(kinds.get(first.node_id));
      for (const [index, step] of way.entries()) {
        expect(step.version_id).toBe(step.runVersion);
        const after = way[index + 1]?.node_id ?? (step.status === 'open' ? step.standsAt : null);
        if (step.outcome === 'failed' || after === null || after === undefined) continue;
        const to = edges.find(
          (edge) => edge.source === step.node_id && edge.sourceHandle === step.port,
        )?.target;
        expect(`${step.node_id}.${step.port} → ${to}`).toBe(`${step.node_id}.${step.port} → ${after}`);
      }
    }
  });

  test('wrote no step twice to anyone, and only to addresses that lead nowhere', async () => {
    const messages = await fresh.db
      .selectFrom('message')
      .select(['enrolment_id', 'node_id', 'visit', 'to_address', 'status'])
      .where('direction', '=', 'out')
      .execute();
    expect(messages.length).toBeGreaterThan(500);
    const places = messages.map((one) => `${one.enrolment_id} ${one.node_id} ${one.visit}`);
    expect(new Set(places).size).toBe(places.length);
    expect(messages.filter((one) => !/@[a-z.]+\.example$/.test(one.to_address))).toEqual([]);
    expect(messages.filter((one) => ['queued', 'sending', 'held'].includes(one.status))).toEqual([]);
  });

  test('has figures that equal a recount of the ledger, before and after the roll-up', async () => {
    for (const round of ['before', 'after']) {
      for (const { id, flowId, number, name } of await versions()) {
        const figures = await readFigures(fresh.db, flowId, number, monday);
        const steps = await fresh.db.selectFrom('step').selectAll().where('version_id', '=', id).execute();
        const sum = (node: string, kind: string) =>
          (figures?.sums ?? [])
            .filter((one) => one.node === node && one.kind === kind)
            .reduce((total, one) => total + Number(one.n), 0);
        for (const node of new Set(steps.map((step) => step.node_id)))
          for (const outcome of ['passed', 'skipped', 'failed'])
            expect(sum(node, outcome), `${round}: ${name} ${number} ${node} ${outcome}`).toBe(
              steps.filter((step) => step.node_id === node && step.outcome === outcome).length,
            );
        const reached = await fresh.db
          .selectFrom('enrolment')
          .select('id')
          .where('version_id', '=', id)
          .where('goal_at', 'is not', null)
          // Only those whose window is over: the rest is maturing.
          .where('goal_until', '<=', new Date(monday))
          .execute();
        expect(figures?.reached).toBe(reached.length);
        expect(reached.length, `${name} ${number}`).toBeGreaterThan(0);
      }
      await rollUp(fresh.db);
    }
  });

  test('leaves nothing behind', async () => {
    const schemas = await fresh.db.introspection.getSchemas();
    expect(schemas.map((schema) => schema.name)).not.toContain(scratchSchema);
    expect(await isBeingFilled(fresh.db)).toBe(false);
  });

  test('is refused a second time, in a sentence, and changes nothing', async () => {
    const before = [await count('candidate'), await count('event'), await count('step')];
    await expect(fill()).rejects.toThrow('The workspace already has candidates.');
    expect([await count('candidate'), await count('event'), await count('step')]).toEqual(before);
  });

  test('is refused while another one is being made', async () => {
    const other = await freshDatabase();
    try {
      await whileFilling(other.db, async () => {
        expect(await isBeingFilled(other.db)).toBe(true);
        await expect(
          fillDemo({ url: other.url, secrets: testSecrets, house: testHouse, now: monday, say: () => {} }),
        ).rejects.toThrow('being made already');
      });
    } finally {
      await other.drop();
    }
  });
});

test('The demo’s runs go on in the real house: woken once, they find nothing new, and move at their deadline', async () => {
  const clock = testClock(monday);
  const woken: string[] = [];
  const house = houseOn(fresh.db, clock, {
    clocks: () => ({
      start: async () => {},
      async wake(enrolmentId) {
        woken.push(enrolmentId);
        await advance(fresh.db, { enrolmentId, now: clock.now() }, { house: testHouse });
      },
      end: async () => {},
    }),
  });
  const before = await count('step');
  await house.settle();
  expect(new Set(woken).size).toBe(woken.length);
  expect(woken.length).toBeGreaterThan(15);
  expect(await count('step')).toBe(before);
  const next = await fresh.db
    .selectFrom('enrolment')
    .select(['id', 'wake_at'])
    .where('status', '=', 'open')
    .orderBy('wake_at')
    .limit(1)
    .executeTakeFirstOrThrow();
  clock.set(next.wake_at?.getTime() ?? 0);
  await advance(fresh.db, { enrolmentId: next.id, now: clock.now() }, { house: testHouse });
  expect(await count('step')).toBeGreaterThan(before);
});

describe('POST /api/demo', () => {
  test('starts the demo in an empty workspace, tells how it goes, and refuses a second one', async () => {
    let running = false;
    let failure: string | null = null;
    const demo: Demo = {
      start() {
        if (running) return false;
        running = true;
        return true;
      },
      running: () => running,
      line: () => 'Lived through August 2026.',
      failure: () => failure,
    };
    const api = await apiHarness({ demo });
    try {
      const state = async () => (await api.as('viewer').get('/api/demo')).body;
      expect(await state()).toEqual({ state: 'empty', message: 'The workspace is empty.' });
      expect((await api.as('recruiter').post('/api/demo', {})).status).toBe(403);
      const started = await api.as('admin').post('/api/demo', {});
      expect([started.status, started.body]).toEqual([202, { started: true }]);
      expect(await state()).toEqual({ state: 'running', message: 'Lived through August 2026.' });
      expect((await api.as('admin').post('/api/demo', {})).body.code).toBe('demo-running');

      running = false;
      failure = 'The disk is full. Free some space and start again.';
      expect(await state()).toEqual({ state: 'failed', message: failure });

      await api.as('admin').post('/api/pools', { name: 'Alumni' });
      expect((await state()).state).toBe('filled');
      const refused = await api.as('admin').post('/api/demo', {});
      expect([refused.status, refused.body.code]).toEqual([409, 'not-empty']);
      expect(refused.body.detail).toContain('already has talent pools');
    } finally {
      await api.close();
    }
  });

  test('says in a sentence why the demo could not be made', async () => {
    vi.stubEnv('DATABASE_URL', 'postgres://nobody@127.0.0.1:1/nothing');
    try {
      const demo = demoHere();
      expect(demo?.start()).toBe(true);
      expect(demo?.start()).toBe(false);
      await vi.waitFor(() => expect(demo?.failure()).not.toBeNull(), { timeout: 25_000, interval: 50 });
      expect(demo?.failure()).toBe('The database does not answer. Run npm start first, or set DATABASE_URL.');
    } finally {
      vi.unstubAllEnvs();
    }
  });
});
