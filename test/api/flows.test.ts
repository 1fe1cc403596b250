import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../db/id.ts';
import { type ApiHarness, apiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await apiHarness();
});
afterAll(() => api.close());

const recruiter = () => api.as('recruiter');

async function template(name: string): Promise<string> {
  const { status, body } = await recruiter().post('/api/templates', {
    name,
    subject: 'Thank you, {{ candidate.firstName | default: "there" }}',
    body: 'We have **read** your application.',
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.id;
}

const drawn = (name: string, templateId: string) => ({
  name,
  settings: {
    reentry: 'after-exit',
    exitOn: ['candidate.hired'],
    goal: { events: ['message.replied'], window: 'P30D', exit: true },
  },
  nodes: [
    { id: 'start', type: 'manual', position: { x: 0, y: 0 }, data: {} },
    { id: 'thanks', type: 'send-email', position: { x: 0, y: 100 }, data: { templateId } },
    { id: 'breathe', type: 'wait', position: { x: 0, y: 200 }, data: { for: 'P3D' } },
    { id: 'tag', type: 'add-tag', position: { x: 0, y: 300 }, data: { tag: 'warm' } },
    { id: 'done', type: 'end', position: { x: 0, y: 400 }, data: {} },
  ],
  edges: [
    { id: 'e1', source: 'start', sourceHandle: 'next', target: 'thanks' },
    { id: 'e2', source: 'thanks', sourceHandle: 'next', target: 'breathe' },
    { id: 'e3', source: 'breathe', sourceHandle: 'next', target: 'tag' },
    { id: 'e4', source: 'tag', sourceHandle: 'next', target: 'done' },
  ],
});

async function liveFlow(name: string) {
  const templateId = await template(`${name}, thanks`);
  const flow = (await recruiter().post('/api/flows', { name })).body.id;
  expect((await recruiter().put(`/api/flows/${flow}/draft`, drawn(name, templateId))).status).toBe(200);
  const published = await recruiter().post(`/api/flows/${flow}/publish`, {});
  expect(published.status, JSON.stringify(published.body)).toBe(200);
  return { flow, templateId, ...published.body } as {
    flow: string;
    templateId: string;
    versionId: string;
    number: number;
  };
}

test('a draft is saved with its revision; a stale one is told what is there', async () => {
  const id = (await recruiter().post('/api/flows', { name: 'Nurses' })).body.id;
  const start = (await recruiter().get(`/api/flows/${id}/draft`)).body;
  expect(start).toMatchObject({ revision: 1, graph: { name: 'Nurses', nodes: [], edges: [] } });
  const graph = {
    ...drawn('Nurses', newId()),
    nodes: [{ id: 'a', type: 'wait', position: { x: 0, y: 0 }, data: {} }],
    edges: [],
  };
  const saved = await recruiter().put(`/api/flows/${id}/draft`, graph, { 'if-match': '"1"' });
  expect(saved.body).toMatchObject({ revision: 2 });
  expect(saved.body.problems.length).toBeGreaterThan(0);
  const stale = await recruiter().put(`/api/flows/${id}/draft`, graph, { 'if-match': '1' });
  expect([stale.status, stale.body.code]).toEqual([409, 'draft-stale']);
  expect(stale.body.current).toMatchObject({ revision: 2, graph: { nodes: [{ id: 'a' }] } });
  const broken = await recruiter().put(`/api/flows/${id}/draft`, {
    name: 'x',
    nodes: [{ id: '' }],
    edges: [],
  });
  expect(broken.status).toBe(422);
  expect(broken.body.errors.map((error: { path: string }) => error.path)).toContain('nodes.0.id');
});

test('a flow with problems is not published and says which', async () => {
  const id = (await recruiter().post('/api/flows', { name: 'Half done' })).body.id;
  await recruiter().put(`/api/flows/${id}/draft`, drawn('Half done', newId()));
  const { status, body } = await recruiter().post(`/api/flows/${id}/publish`, {});
  expect([status, body.code]).toEqual([422, 'flow-problems']);
  expect(body.problems).toContainEqual(
    expect.objectContaining({ code: 'template-missing', node: 'thanks', severity: 'error' }),
  );
  expect((await recruiter().get(`/api/flows/${id}/problems`)).body.problems).toEqual(body.problems);
  expect((await recruiter().post(`/api/flows/${id}/enrolments`, { candidateIds: [newId()] })).body.code).toBe(
    'not-live',
  );
});

test('publishing pins the templates, opens a new span and closes the old one', async () => {
  const { flow, templateId, number } = await liveFlow('Silver medallists');
  expect(number).toBe(1);
  api.clock.pass(60_000);
  await recruiter().put(`/api/templates/${templateId}`, {
    name: 'Silver medallists, thanks',
    subject: 'Changed',
    body: 'Changed',
  });
  expect(
    (await recruiter().get('/api/flows')).body.items.find((each: { id: string }) => each.id === flow),
  ).toMatchObject({
    state: 'live',
    version: 1,
    draftChanged: false,
    counts: { waiting: 0, entered: 0, converted: 0, blocked: 0 },
  });
  const again = await recruiter().post(`/api/flows/${flow}/publish`, { note: 'New words' });
  expect(again.body.number).toBe(2);
  const versions = await api.db
    .selectFrom('flow_version')
    .selectAll()
    .where('flow_id', '=', flow)
    .orderBy('number')
    .execute();
  expect(versions[0]?.live_until?.getTime()).toBe(versions[1]?.live_from.getTime());
  expect(versions[0]?.plan_hash).not.toBe(versions[1]?.plan_hash);
  const triggers = await api.db
    .selectFrom('flow_trigger')
    .selectAll()
    .where('version_id', '=', again.body.versionId)
    .execute();
  expect(triggers).toEqual([
    { version_id: again.body.versionId, node_id: 'start', event_type: 'enrolment.requested' },
  ]);
  const listed = (await recruiter().get(`/api/flows/${flow}/versions`)).body.items;
  expect(
    listed.map((version: { number: number; live: boolean; note: string }) => [
      version.number,
      version.live,
      version.note,
    ]),
  ).toEqual([
    [2, true, 'New words'],
    [1, false, ''],
  ]);
  expect((await recruiter().get(`/api/flows/${flow}/versions/1`)).body.graph.nodes).toHaveLength(5);
  expect((await recruiter().get(`/api/flows/${flow}/versions/9`)).status).toBe(404);
});

test('two who publish at once make two versions, one after the other', async () => {
  const { flow } = await liveFlow('Twice');
  const answers = await Promise.all([1, 2].map(() => recruiter().post(`/api/flows/${flow}/publish`, {})));
  expect(answers.map((answer) => answer.body.number).sort()).toEqual([2, 3]);
  const open = await api.db
    .selectFrom('flow_version')
    .select('number')
    .where('flow_id', '=', flow)
    .where('live_until', 'is', null)
    .execute();
  expect(open).toEqual([{ number: 3 }]);
});

test('pause and resume, and archive only what is not live', async () => {
  const { flow } = await liveFlow('Paused');
  expect((await recruiter().patch(`/api/flows/${flow}`, { archived: true })).body.code).toBe('still-live');
  expect((await recruiter().post(`/api/flows/${flow}/resume`)).body.code).toBe('not-paused');
  expect((await recruiter().post(`/api/flows/${flow}/pause`, { reason: 'Holidays' })).body).toEqual({
    state: 'paused',
  });
  expect((await recruiter().get(`/api/flows/${flow}`)).body).toMatchObject({
    state: 'paused',
    pausedReason: 'Holidays',
  });
  expect((await recruiter().post(`/api/flows/${flow}/pause`, {})).body.code).toBe('not-live');
  expect((await recruiter().post(`/api/flows/${flow}/resume`)).body).toEqual({ state: 'live' });
  expect((await recruiter().patch(`/api/flows/${flow}`, { name: 'Never paused' })).status).toBe(204);
  expect((await recruiter().get(`/api/flows/${flow}/draft`)).body.graph.name).toBe('Never paused');
});

test('candidates are asked for one by one or by pool, each by an event', async () => {
  const { flow } = await liveFlow('By hand');
  const ids: string[] = [];
  for (const name of ['Ana', 'Bea', 'Caio'])
    ids.push(
      (await recruiter().post('/api/candidates', { firstName: name, email: `${name}@example.com` })).body.id,
    );
  const pool = (await recruiter().post('/api/pools', { name: 'By hand' })).body.id;
  await recruiter().post(`/api/pools/${pool}/members`, { candidateIds: ids });
  expect((await recruiter().post(`/api/flows/${flow}/enrolments`, { poolId: pool })).body).toEqual({
    requested: 3,
  });
  expect(
    (await recruiter().post(`/api/flows/${flow}/enrolments`, { candidateIds: [ids[0], ids[0], newId()] }))
      .body,
  ).toEqual({ requested: 1 });
  const application = (await recruiter().post(`/api/candidates/${ids[1]}/applications`, {})).body.id;
  expect((await recruiter().post(`/api/candidates/${ids[1]}/enrolments`, { flowId: flow })).status).toBe(202);
  const asked = await api.db
    .selectFrom('event')
    .select(['candidate_id', 'data'])
    .where('type', '=', 'enrolment.requested')
    .orderBy('recorded_at')
    .orderBy('id')
    .execute();
  expect(asked).toHaveLength(5);
  expect(asked).toContainEqual({ candidate_id: ids[1], data: { flowId: flow, applicationId: application } });
});

test('a draft is simulated for a candidate with reasons, and for no one in particular', async () => {
  const { flow } = await liveFlow('Simulated');
  const id = (await recruiter().post('/api/candidates', { firstName: 'Dora', email: 'dora@example.com' }))
    .body.id;
  const plain = (await recruiter().post(`/api/flows/${flow}/simulate`, { candidateId: id })).body;
  expect(plain).toMatchObject({ candidate: 'Dora', end: { status: 'ended' } });
  expect(plain.steps.map((step: { nodeId: string }) => step.nodeId)).toEqual([
    'start',
    'thanks',
    'breathe',
    'tag',
    'done',
  ]);
  expect(plain.messages[0]).toMatchObject({
    nodeId: 'thanks',
    to: 'dora@example.com',
    subject: 'Thank you, Dora',
  });
  const replied = (
    await recruiter().post(`/api/flows/${flow}/simulate`, {
      events: [{ after: 'P1D', type: 'message.replied' }],
    })
  ).body;
  expect(replied).toMatchObject({ candidate: 'Ada Example', end: { status: 'converted' } });
  expect(await api.db.selectFrom('message').select('id').execute()).toEqual([]);
  expect(
    (
      await recruiter().post(`/api/flows/${flow}/simulate`, {
        events: [{ after: 'soon', type: 'message.replied' }],
      })
    ).status,
  ).toBe(422);
});

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
  const { flow, versionId } = await liveFlow('Figures');
  const day = 86_400_000;
  const now = api.clock.now();
  await run({ flow, versionId, node: 'breathe', goalUntil: now + day });
  await run({ flow, versionId, node: 'tag', status: 'blocked', goalUntil: now + day });
  await run({ flow, versionId, node: null, status: 'ended', goalUntil: now - day });
  await run({ flow, versionId, node: null, status: 'converted', goalUntil: now + day, goalAt: now });
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
  expect(body).toMatchObject({ version: 1, entered: 4, ended: 1, converted: 1, blocked: 1, exited: 0 });
  expect(body.nodes.start).toMatchObject({ entered: 4, passed: 4, ports: { next: 4 } });
  expect(body.nodes.thanks).toMatchObject({ entered: 4, passed: 4, sent: 3 });
  expect(body.nodes.breathe).toMatchObject({ entered: 1, waiting: 1 });
  expect(body.goal).toMatchObject({ reached: 1, entered: 2, maturing: 2, share: 0.5, window: 'P30D' });
  expect(body.goal.low).toBeCloseTo(0.0945, 3);
  expect(body.goal.high).toBeCloseTo(0.9055, 3);
  expect((await recruiter().get(`/api/flows/${flow}/metrics?version=7`)).status).toBe(404);
  const list = (await recruiter().get(`/api/flows/${flow}/enrolments`)).body.items;
  expect(list).toHaveLength(4);
  expect(
    (await recruiter().get(`/api/flows/${flow}/enrolments?status=open&node=breathe`)).body.items,
  ).toMatchObject([{ nodeTitle: 'Wait 3 days', status: 'open' }]);
});

test('an enrolment’s page tells its way, where it stands, and what comes; it can be stopped', async () => {
  const { flow, versionId } = await liveFlow('One way');
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
  expect(over.steps.at(-1)).toMatchObject({ nodeId: 'breathe', outcome: 'skipped' });
});

test('a blocked enrolment is freed once and marked to be looked at', async () => {
  const { flow, versionId } = await liveFlow('Blocked');
  const id = await run({ flow, versionId, node: 'tag', status: 'blocked' });
  expect((await recruiter().get(`/api/enrolments/${id}`)).body.current.problem.text).toBe('The pool is gone');
  expect((await recruiter().post(`/api/enrolments/${id}/retry`)).body).toEqual({ status: 'open' });
  const marks = await api.db.selectFrom('mark').select(['kind']).where('enrolment_id', '=', id).execute();
  expect(marks).toEqual([{ kind: 'wake' }]);
});

test('a profile and the list say what a flow does next', async () => {
  api.clock.pass(60_000);
  const { flow, versionId } = await liveFlow('What next');
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

test('templates are checked, versioned and previewed', async () => {
  const unknown = await recruiter().post('/api/templates', {
    name: 'Odd',
    subject: 'Hi {{ candidate.shoeSize }}',
    body: 'x',
  });
  expect(unknown.body.errors[0].message).toContain('candidate.shoeSize');
  const broken = await recruiter().post('/api/templates', {
    name: 'Broken',
    subject: 'Hi {{ candidate.firstName',
    body: 'x',
  });
  expect(broken.status).toBe(422);
  const id = await template('Welcome');
  expect(
    (await recruiter().post('/api/templates', { name: 'WELCOME', subject: 'a', body: 'b' })).body.code,
  ).toBe('name-taken');
  const saved = await recruiter().put(`/api/templates/${id}`, {
    name: 'Welcome',
    subject: 'Hello {{ candidate.firstName | default: "you" }}',
    body: 'Hi',
  });
  expect(saved.body).toMatchObject({ id, version: 2 });
  expect((await recruiter().get(`/api/templates/${id}`)).body).toMatchObject({
    version: 2,
    variables: [{ path: 'candidate.firstName', fallback: 'you' }],
  });
  const preview = await recruiter().post('/api/templates/preview', {
    subject: 'Hello {{ candidate.firstName }}',
    body: '**Hi** <script>alert(1)</script>',
  });
  expect(preview.body).toMatchObject({ subject: 'Hello Ada', candidate: 'Ada Example' });
  expect(preview.body.html).not.toContain('<script>');
});
