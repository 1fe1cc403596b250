/** Secrets that flows use: their names are known, what they are is told once at most. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flow } from '../contract/flows.ts';
import { type ApiHarness, apiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await apiHarness();
});
afterAll(() => api.close());
const admin = () => api.as('admin');

test('a new secret is made and shown once; one that is brought along never is', async () => {
  const made = await admin().post('/api/secrets', { name: 'Rating service' });
  expect(made.status).toBe(201);
  expect(made.body.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  const brought = await admin().post('/api/secrets', { name: 'Their token', value: 'tok_0123456789abcdef' });
  expect(brought.body).toEqual({ id: expect.any(String), secret: null });
  const { body } = await admin().get('/api/secrets');
  expect(body.items.map((each: { name: string }) => each.name)).toEqual(['Rating service', 'Their token']);
  expect(JSON.stringify(body)).not.toContain('whsec_');
  expect(JSON.stringify(body)).not.toContain('tok_');
});

test('a name is used once, and free again when its secret is forgotten', async () => {
  const first = await admin().post('/api/secrets', { name: 'Payroll' });
  const again = await admin().post('/api/secrets', { name: 'PAYROLL' });
  expect([again.status, again.body.code]).toEqual([409, 'name-taken']);
  expect((await admin().delete(`/api/secrets/${first.body.id}`)).status).toBe(204);
  expect((await admin().delete(`/api/secrets/${first.body.id}`)).status).toBe(404);
  expect((await admin().post('/api/secrets', { name: 'Payroll' })).status).toBe(201);
});

test('what cannot be sent in a header is refused with its field', async () => {
  for (const value of ['short', `${'x'.repeat(20)}\r\nHost: inner`, 'ä'.repeat(20)]) {
    const { status, body } = await admin().post('/api/secrets', { name: 'Odd', value });
    expect([status, body.errors[0].path]).toEqual([422, 'value']);
  }
});

test('a flow that uses a secret is published while there is one, and told when it is gone', async () => {
  const { body: secret } = await admin().post('/api/secrets', { name: 'For a flow' });
  const { body: made } = await admin().post('/api/flows', { name: 'Rated' });
  const graph = flow([
    { id: 'call', type: 'call-webhook', data: { url: 'https://rating.example', secretId: secret.id } },
  ]);
  expect((await admin().put(`/api/flows/${made.id}/draft`, { ...graph, name: 'Rated' })).status).toBe(200);
  expect((await admin().post(`/api/flows/${made.id}/publish`, {})).status).toBe(200);
  await admin().delete(`/api/secrets/${secret.id}`);
  const { status, body } = await admin().post(`/api/flows/${made.id}/publish`, {});
  expect(status).toBe(422);
  expect(body.problems.map((each: { code: string }) => each.code)).toEqual(['secret-missing']);
});
