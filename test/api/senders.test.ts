import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiHarness, apiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await apiHarness();
});
afterAll(() => api.close());

test('senders are kept by an admin, by name, each name once', async () => {
  const admin = api.as('admin');
  const careers = { name: 'Halden careers', address: 'careers@halden.example' };
  const { status, body } = await admin.post('/api/senders', careers);
  expect(status).toBe(201);
  const bo = { name: 'Bo Falk', address: 'bo@halden.example', replyTo: 'desk@halden.example' };
  const { id } = (await admin.post('/api/senders', bo)).body;
  expect((await admin.post('/api/senders', { ...bo, name: 'halden CAREERS' })).status).toBe(409);
  expect((await api.as('viewer').get('/api/senders')).body.items).toEqual([
    { id, ...bo },
    { id: body.id, ...careers, replyTo: null },
  ]);
  expect((await admin.put(`/api/senders/${id}`, { ...bo, name: 'Halden careers' })).status).toBe(409);
  expect((await admin.put(`/api/senders/${id}`, { ...bo, name: 'Zoe', replyTo: null })).status).toBe(204);
  expect((await admin.delete(`/api/senders/${body.id}`)).status).toBe(204);
  expect((await admin.delete(`/api/senders/${body.id}`)).status).toBe(404);
  expect((await admin.put(`/api/senders/${body.id}`, bo)).status).toBe(404);
  expect((await admin.get('/api/senders')).body.items).toEqual([{ id, ...bo, name: 'Zoe', replyTo: null }]);
});

test('a sender needs a name and addresses that are some', async () => {
  const { status, body } = await api
    .as('admin')
    .post('/api/senders', { name: ' ', address: 'careers', replyTo: 'desk@' });
  expect(status).toBe(422);
  expect(body.errors.map((error: { path: string }) => error.path)).toEqual(['name', 'address', 'replyTo']);
});

test('a flow whose sender is gone is not published', async () => {
  const admin = api.as('admin');
  const sender = (await admin.post('/api/senders', { name: 'Team', address: 'team@halden.example' })).body.id;
  const templateId = (await admin.post('/api/templates', { name: 'Hello', subject: 'Hello', body: 'Hello.' }))
    .body.id;
  const flowId = (await admin.post('/api/flows', { name: 'Hello' })).body.id;
  const at = { x: 0, y: 0 };
  const graph = {
    name: 'Hello',
    settings: {},
    nodes: [
      { id: 'start', type: 'manual', position: at, data: {} },
      {
        id: 'mail',
        type: 'send-email',
        position: at,
        data: { templateId, from: 'sender', senderId: sender },
      },
      { id: 'end', type: 'end', position: at, data: {} },
    ],
    edges: [
      { id: 'a', source: 'start', sourceHandle: 'next', target: 'mail' },
      { id: 'b', source: 'mail', sourceHandle: 'next', target: 'end' },
    ],
  };
  const save = async () => (await admin.put(`/api/flows/${flowId}/draft`, graph)).body.problems;
  expect(await save()).toEqual([]);
  await admin.delete(`/api/senders/${sender}`);
  expect(await save()).toMatchObject([
    {
      code: 'sender-missing',
      node: 'mail',
      field: 'senderId',
      message: 'This sender is gone. Choose another.',
    },
  ]);
  expect((await admin.post(`/api/flows/${flowId}/publish`, {})).status).toBe(422);
});
