import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../db/id.ts';
import { operationsPump } from '../../workflows/pumps/operations.ts';
import { testContext } from '../harness/house.ts';
import { drawn, liveFlow, template } from './flow-fixture.ts';
import { type ApiHarness, apiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await apiHarness();
});
afterAll(() => api.close());

const recruiter = () => api.as('recruiter');

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
  const { flow, templateId, number } = await liveFlow(api, 'Silver medallists');
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
  const { flow } = await liveFlow(api, 'Twice');
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
  const { flow } = await liveFlow(api, 'Paused');
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

test('an archived flow is listed only when asked for, and comes back as it was left: paused, or a draft', async () => {
  const { flow } = await liveFlow(api, 'Put away');
  const drawnOnly = (await recruiter().post('/api/flows', { name: 'Never live' })).body.id;
  await recruiter().post(`/api/flows/${flow}/pause`, {});
  const ours = async (query: string) =>
    (await recruiter().get(`/api/flows${query}`)).body.items
      .filter(({ id }: { id: string }) => id === flow || id === drawnOnly)
      .map(({ name, state }: { name: string; state: string }) => [name, state]);
  for (const id of [flow, drawnOnly])
    expect((await recruiter().patch(`/api/flows/${id}`, { archived: true })).status).toBe(204);
  expect(await ours('')).toEqual([]);
  expect((await ours('?state=archived')).toSorted()).toEqual([
    ['Never live', 'archived'],
    ['Put away', 'archived'],
  ]);
  expect(await ours('?state=live')).toEqual([]);
  for (const id of [flow, drawnOnly])
    expect((await recruiter().patch(`/api/flows/${id}`, { archived: false })).status).toBe(204);
  expect((await ours('')).toSorted()).toEqual([
    ['Never live', 'draft'],
    ['Put away', 'paused'],
  ]);
  expect(await ours('?state=archived')).toEqual([]);
});

test('candidates are asked for one by one or by pool, each by an event', async () => {
  const { flow } = await liveFlow(api, 'By hand');
  const ids: string[] = [];
  for (const name of ['Ana', 'Bea', 'Caio'])
    ids.push(
      (await recruiter().post('/api/candidates', { firstName: name, email: `${name}@example.com` })).body.id,
    );
  const pool = (await recruiter().post('/api/pools', { name: 'By hand' })).body.id;
  await recruiter().post(`/api/pools/${pool}/members`, { candidateIds: ids });
  expect((await recruiter().post(`/api/flows/${flow}/enrolments`, { poolId: pool })).body).toEqual({
    requested: 3,
    operationId: expect.any(String),
  });
  const batches = operationsPump(testContext(api.db, api.clock));
  while ((await batches.round()) > 0);
  expect(
    (await recruiter().post(`/api/flows/${flow}/enrolments`, { candidateIds: [ids[0], ids[0], newId()] }))
      .body,
  ).toEqual({ requested: 1, operationId: null });
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
  const { flow } = await liveFlow(api, 'Simulated');
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

test('a draft is simulated by any of its triggers, and says what started it', async () => {
  const pool = (await recruiter().post('/api/pools', { name: 'Left behind' })).body.id;
  const flow = (await recruiter().post('/api/flows', { name: 'By any trigger' })).body.id;
  const position = { x: 0, y: 0 };
  const graph = {
    name: 'By any trigger',
    settings: {},
    nodes: [
      { id: 'hand', type: 'manual', position, data: {} },
      { id: 'left', type: 'left-pool', position, data: { poolId: pool } },
      { id: 'quiet', type: 'no-activity', position, data: { days: 90 } },
      { id: 'done', type: 'end', position, data: {} },
    ],
    edges: ['hand', 'left', 'quiet'].map((source) => ({
      id: source,
      source,
      sourceHandle: 'next',
      target: 'done',
    })),
  };
  expect((await recruiter().put(`/api/flows/${flow}/draft`, graph)).status).toBe(200);
  const begun = async (trigger?: string) => {
    const { status, body } = await recruiter().post(`/api/flows/${flow}/simulate`, { trigger });
    return [
      status,
      body.steps?.[0]?.nodeId,
      body.steps?.[0]?.reasons.map((each: { text: string }) => each.text),
    ];
  };
  expect(await begun()).toEqual([200, 'hand', []]);
  expect(await begun('left')).toEqual([200, 'left', ['Left “Left behind”']]);
  expect(await begun('quiet')).toEqual([200, 'quiet', ['Nothing heard for 90 days']]);
  expect((await begun('done'))[0]).toBe(422);
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
  const id = await template(api, 'Welcome');
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
