/** The ways of splits and holdouts, compared: counted from the ledger, with intervals, and silent where there is too little. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { differenceOf } from '../../api/newcombe.ts';
import { newId } from '../../db/id.ts';
import { addCandidate } from '../harness/house.ts';
import { type ApiHarness, apiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await apiHarness();
});
afterAll(() => api.close());
const recruiter = () => api.as('recruiter');
const day = 86_400_000;

const at = (y: number) => ({ x: 0, y });
async function published(name: string, goal = true): Promise<{ flow: string; versionId: string }> {
  const flow = (await recruiter().post('/api/flows', { name })).body.id;
  const drawn = await recruiter().put(`/api/flows/${flow}/draft`, {
    name,
    settings: {
      reentry: 'once',
      exitOn: [],
      ...(goal ? { goal: { events: ['candidate.hired'], window: 'P30D', exit: false } } : {}),
    },
    nodes: [
      { id: 'start', type: 'manual', position: at(0), data: {} },
      { id: 'lot', type: 'holdout', position: at(100), data: { share: 20 } },
      { id: 'tag', type: 'add-tag', position: at(200), data: { tag: 'warm' } },
      { id: 'done', type: 'end', position: at(300), data: {} },
    ],
    edges: [
      { id: 'e1', source: 'start', sourceHandle: 'next', target: 'lot' },
      { id: 'e2', source: 'lot', sourceHandle: 'in', target: 'tag' },
      { id: 'e3', source: 'lot', sourceHandle: 'out', target: 'done' },
      { id: 'e4', source: 'tag', sourceHandle: 'next', target: 'done' },
    ],
  });
  expect(drawn.status, JSON.stringify(drawn.body)).toBe(200);
  const { status, body } = await recruiter().post(`/api/flows/${flow}/publish`, {});
  expect(status, JSON.stringify(body)).toBe(200);
  return { flow, versionId: body.versionId };
}

interface Went {
  port: string;
  n: number;
  reached?: number;
  /** Their window still runs. */
  maturing?: boolean;
}
async function went({ flow, versionId }: { flow: string; versionId: string }, groups: Went[]): Promise<void> {
  const now = api.clock.now();
  const candidate = await addCandidate(api.db, { name: 'Ana Costa' });
  const runs = groups.flatMap(({ port, n, reached = 0, maturing = false }) =>
    Array.from({ length: n }, (_, nth) => ({
      port,
      id: newId(now),
      until: new Date(maturing ? now + day : now - day),
      goal: nth < reached ? new Date(now - 2 * day) : null,
    })),
  );
  await api.db
    .insertInto('enrolment')
    .values(
      runs.map(({ id, until, goal }) => ({
        id,
        flow_id: flow,
        version_id: versionId,
        candidate_id: candidate,
        status: 'ended' as const,
        node_id: null,
        state: JSON.stringify({ enteredAt: now, visits: {}, wait: null, heard: [], problem: null }),
        goal_until: until,
        goal_at: goal,
        seen_seq: 1,
        started_at: new Date(now),
      })),
    )
    .execute();
  // Each came by twice: only the first visit counts.
  await api.db
    .insertInto('step')
    .values(
      runs.flatMap(({ id, port }) =>
        [1, 2].map((visit) => ({
          enrolment_id: id,
          node_id: 'lot',
          visit,
          version_id: versionId,
          outcome: 'passed' as const,
          port,
          entered_at: new Date(now),
          left_at: new Date(now),
        })),
      ),
    )
    .execute();
}
const compared = async (flow: string) => {
  const { body } = await api.as('viewer').get(`/api/flows/${flow}/ways`);
  const [split] = body.splits;
  const of = (port: string) => split.ways.find((way: { port: string }) => way.port === port);
  return { body, split, goesOn: of('in'), heldOut: of('out') };
};

test('those who go on are compared with those held out; who has not had their time is not counted', async () => {
  const flow = await published('Compared');
  await went(flow, [
    { port: 'in', n: 200, reached: 60 },
    { port: 'in', n: 40, reached: 30, maturing: true },
    { port: 'out', n: 50, reached: 5 },
  ]);
  const { body, split, goesOn, heldOut } = await compared(flow.flow);
  expect(body).toMatchObject({ version: 1, window: 'P30D', fewest: { decided: 30, reached: 5 } });
  expect(split).toMatchObject({ node: 'lot', title: 'Hold 20 % out', isHoldout: true });
  expect(heldOut).toMatchObject({
    isBase: true,
    entered: 50,
    decided: 50,
    reached: 5,
    share: 0.1,
    against: null,
  });
  expect(goesOn).toMatchObject({
    label: 'Goes on',
    entered: 240,
    decided: 200,
    maturing: 40,
    reached: 60,
    share: 0.3,
    tooFew: false,
  });
  expect(goesOn.against.difference).toBeCloseTo(0.2, 10);
  expect(goesOn.against.low).toBeGreaterThan(0);
});

test('where either way has too few, or hardly anyone reached the goal, it is said to be too little', async () => {
  const few = await published('Few');
  await went(few, [
    { port: 'in', n: 100, reached: 50 },
    { port: 'out', n: 29, reached: 1 },
  ]);
  expect((await compared(few.flow)).goesOn.tooFew).toBe(true);
  const rare = await published('Rare');
  await went(rare, [
    { port: 'in', n: 300, reached: 4 },
    { port: 'out', n: 300, reached: 0 },
  ]);
  expect((await compared(rare.flow)).goesOn.tooFew).toBe(true);
});

test('a way that nobody went has no rate; without a goal nothing is compared; what is not there is not found', async () => {
  const empty = await published('Empty');
  const { goesOn } = await compared(empty.flow);
  expect(goesOn).toMatchObject({
    entered: 0,
    share: null,
    low: null,
    high: null,
    against: null,
    tooFew: true,
  });
  const aimless = await published('Aimless', false);
  expect((await recruiter().get(`/api/flows/${aimless.flow}/ways`)).body).toMatchObject({
    window: null,
    splits: [],
  });
  expect((await recruiter().get(`/api/flows/${empty.flow}/ways?version=7`)).status).toBe(404);
  const draft = (await recruiter().post('/api/flows', { name: 'Draft' })).body.id;
  expect((await recruiter().get(`/api/flows/${draft}/ways`)).body).toMatchObject({
    version: null,
    splits: [],
  });
});

test('the interval of a difference is Newcombe’s', () => {
  // The first two examples of the paper’s table II, method 10: 56/70 less 48/80, and 9/10 less 3/10.
  const of = (reached: number, n: number) => ({ reached, of: n });
  const first = differenceOf(of(56, 70), of(48, 80));
  expect([first?.low.toFixed(4), first?.high.toFixed(4)]).toEqual(['0.0524', '0.3339']);
  const second = differenceOf(of(9, 10), of(3, 10));
  expect([second?.low.toFixed(4), second?.high.toFixed(4)]).toEqual(['0.1705', '0.8090']);
  expect(differenceOf(of(0, 0), of(3, 10))).toBeNull();
});
