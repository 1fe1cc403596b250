/** Publishing with people on their way, repairs and enrolments of many, as the API offers them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addCandidate, houseOn } from '../harness/house.ts';
import { type ApiHarness, apiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await apiHarness();
});
afterAll(() => api.close());

const recruiter = () => api.as('recruiter');
const settle = () => houseOn(api.db, api.clock).settle();

const graph = (name: string, rule: string, tag = 'warm') => ({
  name,
  nodes: [
    { id: 'start', type: 'manual', position: { x: 0, y: 0 }, data: {} },
    { id: 'wait', type: 'wait', position: { x: 0, y: 100 }, data: { for: rule } },
    { id: 'tag', type: 'add-tag', position: { x: 0, y: 200 }, data: { tag } },
    { id: 'end', type: 'end', position: { x: 0, y: 300 }, data: {} },
  ],
  edges: [
    ['start', 'wait'],
    ['wait', 'tag'],
    ['tag', 'end'],
  ].map(([source, target], n) => ({ id: `e${n}`, source, sourceHandle: 'next', target })),
});

async function waitingIn(name: string, people = 1): Promise<string> {
  const { id } = (await recruiter().post('/api/flows', { name })).body;
  await recruiter().put(`/api/flows/${id}/draft`, graph(name, 'P3D'));
  expect((await recruiter().post(`/api/flows/${id}/publish`, {})).body).toMatchObject({
    number: 1,
    operationId: null,
  });
  const candidateIds = [];
  for (let n = 0; n < people; n++) candidateIds.push(await addCandidate(api.db, { name: `${name} ${n}` }));
  await recruiter().post(`/api/flows/${id}/enrolments`, { candidateIds });
  await settle();
  return id;
}
const operations = async (flow: string) =>
  (await recruiter().get(`/api/flows/${flow}/operations`)).body.items;

test('the preview says who waits where, what changed there, and what their wait becomes', async () => {
  const flow = await waitingIn('Preview', 2);
  await recruiter().put(`/api/flows/${flow}/draft`, graph('Preview', 'P5D'));
  const { body } = await recruiter().post(`/api/flows/${flow}/publish/preview`, {});
  expect(body.rows).toEqual([
    {
      version: 1,
      node: 'wait',
      title: 'Wait 3 days',
      open: 2,
      blocked: 0,
      change: 'changed',
      fields: ['Wait for'],
      proposed: 'wait',
      to: 'wait',
      becomes: 'They wait 5 days instead of 3 days, counted from when each began to wait.',
      behind: null,
    },
  ]);
  expect(body.steps).toEqual([
    { node: 'wait', title: 'Wait 5 days' },
    { node: 'tag', title: 'Add tag “warm”' },
    { node: 'end', title: 'End' },
  ]);
  const inFlight = [{ version: 1, node: 'wait', to: 'tag' }];
  const chosen = (await recruiter().post(`/api/flows/${flow}/publish/preview`, { inFlight })).body;
  expect(chosen.rows[0].becomes).toBe('They go on at once: Add tag “warm”.');
});

test('the preview says that a flow which a step has started runs on without those who are moved away or leave', async () => {
  const { id: other } = (await recruiter().post('/api/flows', { name: 'Keep warm' })).body;
  await recruiter().put(`/api/flows/${other}/draft`, graph('Keep warm', 'P9D'));
  await recruiter().post(`/api/flows/${other}/publish`, {});
  const running = (atMost: string) => ({
    name: 'Outer',
    nodes: [
      { id: 'start', type: 'manual', position: { x: 0, y: 0 }, data: {} },
      {
        id: 'go',
        type: 'run-flow',
        position: { x: 0, y: 100 },
        data: { flowId: other, waits: true, atMost },
      },
      { id: 'end', type: 'end', position: { x: 0, y: 200 }, data: {} },
    ],
    edges: [
      ['start', 'next', 'go'],
      ...['converted', 'ended', 'exited', 'refused', 'timeout'].map((port) => ['go', port, 'end']),
    ].map(([source, sourceHandle, target], n) => ({ id: `e${n}`, source, sourceHandle, target })),
  });
  const { id } = (await recruiter().post('/api/flows', { name: 'Outer' })).body;
  await recruiter().put(`/api/flows/${id}/draft`, running('P30D'));
  await recruiter().post(`/api/flows/${id}/publish`, {});
  const candidateIds = [await addCandidate(api.db, { name: 'Ana' })];
  await recruiter().post(`/api/flows/${id}/enrolments`, { candidateIds });
  await settle();
  await recruiter().put(`/api/flows/${id}/draft`, running('P60D'));
  const rowFor = async (inFlight: object[]) =>
    (await recruiter().post(`/api/flows/${id}/publish/preview`, { inFlight })).body.rows[0];
  const behind = '“Keep warm”, whose end they wait for, runs on by its own rules.';
  expect(await rowFor([])).toMatchObject({
    becomes: 'They wait 60 days instead of 30 days, counted from when each began to wait.',
    behind,
  });
  expect(await rowFor([{ version: 1, node: 'go', to: 'end' }])).toMatchObject({
    becomes: `They go on at once: End. ${behind}`,
  });
});

test('the preview of a draft with problems names them as publishing would', async () => {
  const flow = await waitingIn('Broken');
  await recruiter().put(`/api/flows/${flow}/draft`, { ...graph('Broken', 'P5D'), edges: [] });
  const { status, body } = await recruiter().post(`/api/flows/${flow}/publish/preview`, {});
  expect([status, body.code]).toEqual([422, 'flow-problems']);
});

test('publishing moves those it was told to, shows its progress, and is taken back once', async () => {
  const flow = await waitingIn('Moved', 2);
  await recruiter().put(`/api/flows/${flow}/draft`, graph('Moved', 'P5D'));
  const inFlight = [{ version: 1, node: 'wait', to: 'wait' }];
  const { body } = await recruiter().post(`/api/flows/${flow}/publish`, { inFlight });
  expect(body).toMatchObject({ number: 2, operationId: expect.any(String) });
  expect(await operations(flow)).toMatchObject([
    {
      kind: 'move',
      text: 'Move to a newer version',
      state: 'running',
      total: 2,
      changed: 0,
      undoable: false,
    },
  ]);
  await settle();
  expect(await operations(flow)).toMatchObject([
    { state: 'done', changed: 2, leftOut: 0, undoable: true, by: 'Tests, recruiter' },
  ]);
  const { items } = (await recruiter().get(`/api/flows/${flow}/enrolments`)).body;
  expect(items.map((run: { version: number }) => run.version)).toEqual([2, 2]);
  const run = (await recruiter().get(`/api/enrolments/${items[0].id}`)).body;
  expect(run.steps[1]).toMatchObject({
    title: 'Moved from version 1 to version 2',
    reasons: [
      expect.objectContaining({ text: expect.stringContaining('5 days instead of 3 days') }),
      { mark: 'note', text: 'By Tests, recruiter' },
    ],
  });
  const undone = await recruiter().post(`/api/operations/${body.operationId}/undo`);
  expect([undone.status, undone.body.total]).toEqual([202, 2]);
  const again = await recruiter().post(`/api/operations/${body.operationId}/undo`);
  expect([again.status, again.body.code]).toEqual([409, 'not-undoable']);
  await settle();
  const back = (await recruiter().get(`/api/flows/${flow}/enrolments`)).body.items;
  expect(back.map((one: { version: number }) => one.version)).toEqual([1, 1]);
  expect((await operations(flow)).map((one: { kind: string }) => one.kind)).toEqual(['undo', 'move']);
});

test('a plan that names a step or a version that there is not is refused, and nothing is published', async () => {
  const flow = await waitingIn('Nowhere');
  for (const wrong of [
    { version: 1, node: 'wait', to: 'nowhere' },
    { version: 7, node: 'wait', to: 'wait' },
  ]) {
    const { status, body } = await recruiter().post(`/api/flows/${flow}/publish`, { inFlight: [wrong] });
    expect([status, body.errors]).toEqual([
      422,
      [{ path: 'inFlight.0', message: 'names a version or a step that there is not' }],
    ]);
  }
  expect((await recruiter().get(`/api/flows/${flow}/versions`)).body.items).toHaveLength(1);
});

test('many are repaired by a filter or by name, and one at once', async () => {
  const flow = await waitingIn('Repaired', 3);
  const { items } = (await recruiter().get(`/api/flows/${flow}/enrolments`)).body;
  const one = await recruiter().post(`/api/enrolments/${items[0].id}/repair`, { action: 'skip' });
  expect([one.status, one.body]).toEqual([200, { status: 'open' }]);
  const begun = await recruiter().post(`/api/flows/${flow}/enrolments/repair`, {
    action: 'exit',
    filter: { node: 'wait' },
  });
  expect([begun.status, begun.body.total]).toEqual([202, 2]);
  await settle();
  const after = (await recruiter().get(`/api/flows/${flow}/enrolments?status=exited`)).body.items;
  expect(after).toHaveLength(2);
  const over = await recruiter().post(`/api/flows/${flow}/enrolments/repair`, {
    action: 'skip',
    ids: [after[0].id],
  });
  await settle();
  const { body } = await recruiter().get(`/api/operations/${over.body.operationId}/left-out`);
  expect(body.items).toMatchObject([{ code: 'not-open', text: 'Had left the flow already.' }]);
  expect(
    (await recruiter().post(`/api/enrolments/${after[0].id}/repair`, { action: 'skip' })).body.code,
  ).toBe('not-open');
});

test('a repair says where to and whom, or what is missing', async () => {
  const flow = await waitingIn('Incomplete');
  const asked = async (request: unknown) =>
    (await recruiter().post(`/api/flows/${flow}/enrolments/repair`, request)).body.errors;
  expect(await asked({ action: 'move', filter: {} })).toEqual([
    { path: 'node', message: 'says where to move to' },
  ]);
  expect(await asked({ action: 'retry' })).toEqual([
    { path: 'ids', message: 'or filter says whom: one of the two' },
  ]);
});

test('a pool is enrolled batch by batch, can be called off, and tells who was left out', async () => {
  const flow = await waitingIn('Pooled');
  const pool = (await recruiter().post('/api/pools', { name: 'Silver medallists' })).body.id;
  const { items } = (await recruiter().get(`/api/flows/${flow}/enrolments`)).body;
  const fresh = await addCandidate(api.db, { name: 'Eva Lima' });
  for (const id of [items[0].candidate.id, fresh])
    await api.db
      .insertInto('pool_member')
      .values({ pool_id: pool, candidate_id: id, joined_at: new Date(api.clock.now()), by_kind: 'person' })
      .execute();
  const { status, body } = await recruiter().post(`/api/flows/${flow}/enrolments`, { poolId: pool });
  expect([status, body]).toEqual([202, { requested: 2, operationId: expect.any(String) }]);
  await settle();
  const out = (await recruiter().get(`/api/operations/${body.operationId}/left-out`)).body.items;
  expect(out).toMatchObject([{ candidate: { fullName: 'Pooled 0' }, text: 'Is in this flow already.' }]);
  const cancelled = await recruiter().post(`/api/operations/${body.operationId}/cancel`);
  expect([cancelled.status, cancelled.body.code]).toEqual([409, 'not-running']);
  const slow = await recruiter().post(`/api/flows/${flow}/enrolments`, { poolId: pool, perMinute: 1 });
  await settle();
  expect((await recruiter().post(`/api/operations/${slow.body.operationId}/cancel`)).body).toMatchObject({
    state: 'cancelled',
    changed: 1,
    text: 'Enrol a pool',
  });
});
