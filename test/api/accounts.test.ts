import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiHarness, apiHarness, origin } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await apiHarness({ signInsPerMinute: 4 });
});
afterAll(() => api.close());

const owner = {
  name: 'Inês Carvalho',
  email: 'Ines@Example.com',
  password: 'correct horse',
  workspaceName: 'Lisbon office',
};

const signIn = (email: string, password: string) =>
  api.send('POST', '/api/auth/sign-in/email', { email, password }, { origin });
const cookieOf = (headers: Headers) =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');

test('of two who set the workspace up at once, one becomes its owner', async () => {
  expect((await api.nobody.get('/api/setup')).body).toEqual({ needsOwner: true });
  const answers = await Promise.all([
    api.nobody.post('/api/setup', owner),
    api.nobody.post('/api/setup', { ...owner, email: 'other@example.com' }),
  ]);
  expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409]);
  expect((await api.nobody.get('/api/setup')).body).toEqual({ needsOwner: false });
  expect((await api.nobody.post('/api/setup', owner)).body.code).toBe('already-set-up');
});

test('the owner signs in, is an admin, and stays signed in by a cookie', async () => {
  const { email } = (await api.as('admin').get('/api/users')).body.items[0];
  const signedIn = await signIn(email, owner.password);
  expect(signedIn.status).toBe(200);
  const cookie = cookieOf(signedIn.headers);
  const me = await api.send('GET', '/api/me', undefined, { cookie });
  expect(me.body).toMatchObject({
    name: owner.name,
    role: 'admin',
    workspace: { name: 'Lisbon office', timeZone: 'UTC' },
  });

  const change = { name: 'Porto office', timeZone: 'Europe/Lisbon' };
  const forged = await api.send('PATCH', '/api/workspace', change, {
    cookie,
    origin: 'https://elsewhere.example',
  });
  expect(forged.body.code).toBe('cross-site');
  const silent = await api.send('PATCH', '/api/workspace', change, { cookie });
  expect(silent.status).toBe(403);
  const ours = await api.send('PATCH', '/api/workspace', change, { cookie, origin });
  expect(ours.status).toBe(204);

  const out = await api.send('POST', '/api/auth/sign-out', {}, { cookie, origin });
  expect(out.status).toBe(200);
  expect((await api.send('GET', '/api/me', undefined, { cookie })).status).toBe(401);
});

test('nobody can sign up by herself', async () => {
  const answer = await api.send(
    'POST',
    '/api/auth/sign-up/email',
    { name: 'Eve', email: 'eve@example.com', password: 'password 1' },
    { origin },
  );
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect((await api.as('admin').get('/api/users')).body.items).toHaveLength(1);
});

test('an admin adds accounts and changes roles, but not the last admin’s', async () => {
  const admin = api.as('admin');
  const added = await admin.post('/api/users', {
    name: 'Tomás Reis',
    email: 'tomas@example.com',
    password: 'another password',
    role: 'recruiter',
  });
  expect(added.status).toBe(201);
  const again = await admin.post('/api/users', {
    name: 'Tomás Reis',
    email: 'TOMAS@example.com',
    password: 'another password',
    role: 'viewer',
  });
  expect(again.body.code).toBe('account-exists');
  expect((await admin.patch(`/api/users/${added.body.id}`, { role: 'viewer' })).status).toBe(204);
  const { items } = (await admin.get('/api/users')).body;
  const theOwner = items.find((user: { role: string }) => user.role === 'admin');
  expect((await admin.patch(`/api/users/${theOwner.id}`, { role: 'viewer' })).body.code).toBe('last-admin');
  expect((await admin.patch('/api/users/nobody-of-ours', { role: 'viewer' })).status).toBe(404);
});

test('a key works until it is revoked and is stored only as a hash', async () => {
  const admin = api.as('admin');
  const minted = await admin.post('/api/api-keys', { name: 'Nightly export', role: 'viewer' });
  expect(minted.status).toBe(201);
  const headers = { authorization: `Bearer ${minted.body.key}` };
  expect((await api.send('GET', '/api/me', undefined, headers)).body).toMatchObject({
    name: 'Nightly export',
    role: 'viewer',
    email: null,
  });
  const stored = await api.db
    .selectFrom('api_key')
    .selectAll()
    .where('id', '=', minted.body.id)
    .executeTakeFirstOrThrow();
  expect(JSON.stringify(stored)).not.toContain(minted.body.key);
  expect((await admin.delete(`/api/api-keys/${minted.body.id}`)).status).toBe(204);
  expect((await api.send('GET', '/api/me', undefined, headers)).status).toBe(401);
});

test('guessing passwords is slowed down', async () => {
  const guesses = [];
  for (let n = 0; n < 6; n++) guesses.push((await signIn('ines@example.com', `guess number ${n}`)).status);
  expect(guesses.at(-1)).toBe(429);
});
