/** Secrets that flows use: their names are known, what they are is told once at most. */
import { sql } from 'kysely';
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

test('a secret says where it may be sent: the hosts it was given, any only when that is said, else nowhere', async () => {
  const make = async (name: string, more: object) =>
    (await admin().post('/api/secrets', { name, ...more })).body.id as string;
  const given = await make('Given', { hosts: [' API.Example.com ', 'bücher.example', '[::1]', '10.0.0.7'] });
  const free = await make('Free', { hosts: 'any' });
  const silent = await make('Silent', {});
  const hostsOf = async (id: string) =>
    (await api.as('viewer').get('/api/secrets')).body.items.find((each: { id: string }) => each.id === id)
      .hosts;
  expect(await hostsOf(given)).toEqual(['api.example.com', 'xn--bcher-kva.example', '[::1]', '10.0.0.7']);
  expect(await hostsOf(free)).toBe('any');
  expect(await hostsOf(silent)).toEqual([]);
  expect((await admin().patch(`/api/secrets/${free}`, { hosts: ['api.example.com'] })).status).toBe(204);
  expect(await hostsOf(free)).toEqual(['api.example.com']);
  expect((await admin().patch(`/api/secrets/${free}`, { hosts: 'any' })).status).toBe(204);
  expect(await hostsOf(free)).toBe('any');
  await admin().delete(`/api/secrets/${free}`);
  expect((await admin().patch(`/api/secrets/${free}`, { hosts: [] })).status).toBe(404);
});

test.each([
  'https://api.example.com',
  'api.example.com/path',
  'api.example.com:8443',
  '*.example.com',
  'ada@example.com',
  'a host',
  '',
])('“%s” is not a host and is refused with a sentence', async (host) => {
  const { status, body } = await admin().post('/api/secrets', {
    name: 'Odd host',
    hosts: ['x.example', host],
  });
  expect([status, body.errors[0]]).toEqual([
    422,
    { path: 'hosts.1', message: 'is not a host; write it like api.example.com, without a path' },
  ]);
});

test('secrets from before they said where may still be sent anywhere, and show it', async () => {
  const { body } = await admin().post('/api/secrets', { name: 'From before' });
  await sql`update secret set hosts = null where id = ${body.id}`.execute(api.db);
  const { items } = (await admin().get('/api/secrets')).body;
  expect(items).toContainEqual(expect.objectContaining({ name: 'From before', hosts: 'any' }));
});

test('a recruiter cannot publish a step that sends a secret to a host of her choice', async () => {
  const value = 'tok_0123456789abcdef';
  const { body: secret } = await admin().post('/api/secrets', { name: 'HR', value, hosts: ['hr.example'] });
  const recruiter = api.as('recruiter');
  const { body: made } = await recruiter.post('/api/flows', { name: 'Sent away' });
  const draw = (url: string) =>
    recruiter.put(`/api/flows/${made.id}/draft`, {
      ...flow([
        { id: 'call', type: 'call-webhook', data: { url, secretId: secret.id, secretUse: 'bearer' } },
      ]),
      name: 'Sent away',
    });
  expect((await draw('https://elsewhere.example/take')).status).toBe(200);
  const { status, body } = await recruiter.post(`/api/flows/${made.id}/publish`, {});
  expect(status).toBe(422);
  expect(body.problems.map((each: { message: string }) => each.message)).toEqual([
    'The secret “HR” may not be sent to elsewhere.example. An admin says under Settings where it may go.',
  ]);
  await draw('https://hr.example/take');
  expect((await recruiter.post(`/api/flows/${made.id}/publish`, {})).status).toBe(200);
});
