import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../db/id.ts';
import { advancing } from '../../workflows/context.ts';
import { houseOn } from '../harness/house.ts';
import { liveFlow } from './flow-fixture.ts';
import { type ApiHarness, apiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await apiHarness();
});
afterAll(() => api.close());

const recruiter = () => api.as('recruiter');

interface Run {
  flow: string;
  versionId: string;
  node: string | null;
  status?: 'open' | 'blocked' | 'ended' | 'exited' | 'converted';
  goalUntil?: number;
  goalAt?: number;
}

async function run({ flow, versionId, node, status = 'open', goalUntil, goalAt }: Run): Promise<string> {
  const candidate = (
    await recruiter().post('/api/candidates', { email: `${newId()}@example.com`, firstName: 'Run' })
  ).body.id;
  const id = newId(api.clock.now());
  const now = api.clock.now();
  const wait =
    status === 'open'
      ? { kind: 'sleep', since: now, until: now + 3 * 86_400_000, rule: 'P3D', sinceSeq: 0 }
      : null;
  const problem = status === 'blocked' ? { node, visit: 1, code: 'pool-gone', detail: {} } : null;
  await api.db
    .insertInto('enrolment')
    .values({
      id,
      flow_id: flow,
      version_id: versionId,
      candidate_id: candidate,
      status,
      node_id: node,
      state: JSON.stringify({ enteredAt: now, visits: {}, wait, heard: [], problem }),
      wake_at: wait ? new Date(wait.until) : null,
      goal_until: goalUntil === undefined ? null : new Date(goalUntil),
      goal_at: goalAt === undefined ? null : new Date(goalAt),
      goal_event_id: goalAt === undefined ? null : newId(),
      seen_seq: 1,
      started_at: new Date(now),
    })
    .execute();
  await api.db
    .insertInto('step')
    .values({
      enrolment_id: id,
      node_id: 'start',
      visit: 1,
      version_id: versionId,
      outcome: 'passed',
      port: 'next',
      entered_at: new Date(now),
      left_at: new Date(now),
      detail: JSON.stringify({ kind: 'trigger', event: null, because: [] }),
    })
    .execute();
  return id;
}

test('figures add up rolled-up rows, the ledger above the mark, and who stands where now', async () => {
  const { flow, versionId } = await liveFlow(api, 'Figures');
  const day = 86_400_000;
  const now = api.clock.now();
  await run({ flow, versionId, node: 'breathe', goalUntil: now + day });
  await run({ flow, versionId, node: 'tag', status: 'blocked', goalUntil: now + day });
  await run({ flow, versionId, node: null, status: 'ended', goalUntil: now - day });
  await run({ flow, versionId, node: null, status: 'converted', goalUntil: now + day, goalAt: now });
  await run({ flow, versionId, node: null, status: 'converted', goalUntil: now - day, goalAt: now - day });
  await api.db
    .insertInto('funnel')
    .values([
      { version_id: versionId, node_id: 'thanks', kind: 'passed', port: 'next', n: 4 },
      { version_id: versionId, node_id: 'thanks', kind: 'visited-first', n: 4 },
      { version_id: versionId, node_id: 'thanks', kind: 'sent', n: 3 },
      { version_id: versionId, node_id: 'done', kind: 'passed', n: 1 },
    ])
    .execute();
  const { body } = await recruiter().get(`/api/flows/${flow}/metrics`);
  expect(body).toMatchObject({ version: 1, entered: 5, ended: 1, converted: 2, blocked: 1, exited: 0 });
  expect(body.nodes.start).toMatchObject({ entered: 5, passed: 5, ports: { next: 5 } });
  expect(body.nodes.thanks).toMatchObject({ entered: 4, passed: 4, sent: 3 });
  expect(body.nodes.breathe).toMatchObject({ entered: 1, waiting: 1 });
  // The early success whose window still runs is maturing like the others, or the share would flatter.
  expect(body.goal).toMatchObject({ reached: 1, entered: 2, maturing: 3, share: 0.5, window: 'P30D' });
  expect(body.goal.low).toBeCloseTo(0.0945, 3);
  expect(body.goal.high).toBeCloseTo(0.9055, 3);
  expect((await recruiter().get(`/api/flows/${flow}/metrics?version=7`)).status).toBe(404);
  const list = (await recruiter().get(`/api/flows/${flow}/enrolments`)).body.items;
  expect(list).toHaveLength(5);
  expect(
    (await recruiter().get(`/api/flows/${flow}/enrolments?status=open&node=breathe`)).body.items,
  ).toMatchObject([{ nodeTitle: 'Wait 3 days', status: 'open' }]);
});

test('who reached the goal counts as converted wherever they are now, and is listed', async () => {
  const { flow, versionId } = await liveFlow(api, 'A goal that ends no run');
  const day = 86_400_000;
  const now = api.clock.now();
  const goal = { goalUntil: now + day, goalAt: now };
  const waiting = await run({ flow, versionId, node: 'breathe', ...goal });
  const over = await run({ flow, versionId, node: null, status: 'ended', ...goal });
  const taken = await run({ flow, versionId, node: null, status: 'converted', ...goal });
  await run({ flow, versionId, node: 'breathe', goalUntil: now + day });
  await run({ flow, versionId, node: null, status: 'exited', goalUntil: now - day });
  await api.db
    .insertInto('funnel')
    .values({ version_id: versionId, node_id: 'done', kind: 'passed', n: 1 })
    .execute();
  const { body } = await recruiter().get(`/api/flows/${flow}/metrics`);
  expect(body).toMatchObject({ entered: 5, converted: 3, leftAtGoal: 1, ended: 1, exited: 1, blocked: 0 });
  const listed = async (query: string): Promise<{ id: string; goalAt: string | null }[]> =>
    (await recruiter().get(`/api/flows/${flow}/enrolments?${query}`)).body.items;
  const reached = await listed('goal=reached');
  expect(reached.map(({ id }) => id).sort()).toEqual([waiting, over, taken].sort());
  for (const { goalAt } of reached) expect(goalAt).toBe(new Date(now).toISOString());
  expect((await listed('goal=reached&status=open')).map(({ id }) => id)).toEqual([waiting]);
  const [flowRow] = (await recruiter().get('/api/flows')).body.items;
  expect(flowRow).toMatchObject({ id: flow, counts: { converted: 3 } });
});

test('an enrolment’s page tells its way, where it stands, and what comes; it can be stopped', async () => {
  const { flow, versionId } = await liveFlow(api, 'One way');
  const id = await run({ flow, versionId, node: 'breathe' });
  const { status, body } = await recruiter().get(`/api/enrolments/${id}`);
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body).toMatchObject({
    flow: { id: flow, name: 'One way' },
    version: 1,
    status: 'open',
    current: { nodeId: 'breathe', wait: { rule: 'P3D', event: null }, problem: null },
  });
  expect(body.steps).toMatchObject([{ nodeId: 'start', title: 'Entered the flow' }]);
  expect(body.forecast.map((step: { nodeId: string }) => step.nodeId)).toEqual(['tag', 'done']);
  expect((await recruiter().post(`/api/enrolments/${id}/retry`)).body.code).toBe('not-blocked');
  expect((await recruiter().post(`/api/enrolments/${id}/stop`)).body).toEqual({ status: 'exited' });
  expect((await recruiter().post(`/api/enrolments/${id}/stop`)).body.code).toBe('not-open');
  const over = (await recruiter().get(`/api/enrolments/${id}`)).body;
  expect(over).toMatchObject({ status: 'exited', endReason: 'Stopped by hand', current: null, forecast: [] });
  expect(over.steps.at(-1)).toMatchObject({
    nodeId: 'breathe',
    outcome: 'skipped',
    reasons: [{ text: 'Stopped by hand' }, { mark: 'note' }, { mark: 'note', text: 'By Tests, recruiter' }],
  });
  // What is done to one is written down as what is done to many.
  expect((await recruiter().get(`/api/flows/${flow}/operations`)).body.items).toMatchObject([
    {
      kind: 'repair',
      text: 'Take out of the flow',
      state: 'done',
      total: 1,
      changed: 1,
      by: 'Tests, recruiter',
    },
  ]);
});

test('a blocked enrolment is freed once and marked to be looked at', async () => {
  const { flow, versionId } = await liveFlow(api, 'Blocked');
  const id = await run({ flow, versionId, node: 'tag', status: 'blocked' });
  expect((await recruiter().get(`/api/enrolments/${id}`)).body.current.problem.text).toBe('The pool is gone');
  expect((await recruiter().post(`/api/enrolments/${id}/retry`)).body).toEqual({ status: 'open' });
  const marks = await api.db.selectFrom('mark').select(['kind']).where('enrolment_id', '=', id).execute();
  expect(marks).toEqual([{ kind: 'wake' }]);
  await advancing(houseOn(api.db, api.clock).context, id, api.clock.now());
  // Who let it try again stands at the visit that came of it, and nowhere else.
  const { steps } = (await recruiter().get(`/api/enrolments/${id}`)).body;
  const said = steps.map((step: { nodeId: string; reasons: { text: string }[] }) => [
    step.nodeId,
    step.reasons.some(({ text }) => text === 'Tried again by Tests, recruiter'),
  ]);
  expect(said).toEqual([
    ['start', false],
    ['tag', true],
    ['done', false],
  ]);
});

test('a profile and the list say what a flow does next', async () => {
  api.clock.pass(60_000);
  const { flow, versionId } = await liveFlow(api, 'What next');
  const id = await run({ flow, versionId, node: 'breathe' });
  const { candidate_id } = await api.db
    .selectFrom('enrolment')
    .select('candidate_id')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const profile = (await recruiter().get(`/api/candidates/${candidate_id}`)).body;
  expect(profile.enrolments).toMatchObject([
    { id, flowName: 'What next', nodeTitle: 'Wait 3 days', next: [{ title: 'Add tag “warm”' }] },
  ]);
  const { items } = (await recruiter().get('/api/candidates?sort=created&limit=1')).body;
  expect(items[0].next).toMatchObject({ enrolmentId: id, flowName: 'What next', title: 'Add tag “warm”' });
  const told = (await recruiter().get(`/api/candidates/${candidate_id}/timeline?filter=flow`)).body.items;
  expect(told).toMatchObject([
    { kind: 'step', title: 'Entered the flow', by: { kind: 'flow', name: 'What next' } },
  ]);
});

test.each([
  ['country', { country: 'PT' }, 'their country, Portugal.'],
  ['phone', { phone: '+351 912 345 678' }, 'their phone’s country, Portugal.'],
  ['location', { location: 'Porto, Portugal' }, 'their location, “Porto, Portugal”.'],
  ['none of them', { country: 'PT', timeZone: 'Europe/Lisbon' }, null],
])('what comes says that the time zone is guessed from %s', async (name, given, from) => {
  const { flow, versionId } = await liveFlow(api, `Guessed from ${name}`);
  const id = await run({ flow, versionId, node: 'breathe' });
  const made = await recruiter().post('/api/candidates', {
    firstName: 'Ana',
    email: `${newId()}@example.com`,
    ...given,
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  await api.db.updateTable('enrolment').set({ candidate_id: made.body.id }).where('id', '=', id).execute();
  const { body } = await recruiter().get(`/api/enrolments/${id}`);
  const texts = body.assumptions
    .filter(({ code }: { code: string }) => code === 'zone-guessed')
    .map(({ text }: { text: string }) => text);
  expect(texts).toEqual(from === null ? [] : [`Ana’s time zone, Europe/Lisbon, is guessed from ${from}`]);
});
