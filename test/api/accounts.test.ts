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

const signIn = (email: string, password: string, given: Record<string, string> = {}) =>
  api.send('POST', '/api/auth/sign-in/email', { email, password }, { origin, ...given });
const cookieOf = (headers: Headers) =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');

test('a name that someone else points at this machine sets nothing up', async () => {
  const by = async (host: string, own = api) => {
    const answer = await own.app.request(`http://${host}/api/setup`, {
      method: 'POST',
      body: JSON.stringify({ ...owner, timeZone: 'UTC' }),
      headers: { 'content-type': 'application/json', origin: `http://${host}` },
    });
    return [answer.status, (await answer.json()).code];
  };
  expect(await by('rebound.example:3000')).toEqual([403, 'unknown-host']);
  expect(await by('localhost.evil.example:3000')).toEqual([403, 'unknown-host']);
  expect((await api.nobody.get('/api/setup')).body).toEqual({ needsOwner: true });
  for (const host of ['127.0.0.1:3000', '[::1]:3000', 'crm.example.com']) {
    const fresh = await apiHarness({ env: { PUBLIC_URL: 'https://crm.example.com' } });
    expect(await by(host, fresh), host).toEqual([201, undefined]);
    await fresh.close();
  }
});

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
  for (const set of signedIn.headers.getSetCookie())
    expect(set).toMatch(/^tendril\..*; Path=\/; HttpOnly; SameSite=Lax$/);
  expect(Object.keys(signedIn.body)).toEqual(['user']);
  const session = await api.send('GET', '/api/auth/get-session', undefined, { cookie });
  expect(session.body).toMatchObject({ user: { email }, session: { expiresAt: expect.any(String) } });
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
  expect((await api.send('GET', '/api/auth/get-session', undefined, { cookie })).body).toBeNull();
});

test('a new password ends the sessions elsewhere, and takes the old one', async () => {
  const patient = await apiHarness({ signInsPerMinute: 100 });
  await patient.nobody.post('/api/setup', owner);
  const enter = async (password: string) =>
    patient.send('POST', '/api/auth/sign-in/email', { email: owner.email, password }, { origin });
  const [here, elsewhere] = [await enter(owner.password), await enter(owner.password)].map((answer) => ({
    cookie: cookieOf(answer.headers),
    origin,
  }));
  const change = { currentPassword: 'wrong one', newPassword: 'battery staple', revokeOtherSessions: true };
  const path = '/api/auth/change-password';
  expect((await patient.send('POST', path, change, here)).body.code).toBe('bad-request');
  const right = { ...change, currentPassword: owner.password };
  expect((await patient.send('POST', path, right, here)).status).toBe(200);
  expect((await patient.send('GET', '/api/me', undefined, elsewhere)).status).toBe(401);
  expect((await enter(owner.password)).body.code).toBe('wrong-credentials');
  expect((await enter('battery staple')).status).toBe(200);
  await patient.close();
});

test('what the sign-in library serves besides is not reachable', async () => {
  for (const path of [
    'update-user',
    'delete-user',
    'list-sessions',
    'change-email',
    'request-password-reset',
  ])
    expect((await api.as('admin').post(`/api/auth/${path}`, {})).body.code, path).toBe('not-found');
  expect((await api.nobody.get('/api/auth/ok')).status).toBe(404);
});

test('over https the cookie is sent over nothing else', async () => {
  const secure = await apiHarness({ env: { PUBLIC_URL: 'https://crm.example.com' } });
  await secure.accounts.createOwner({ name: 'Ana', email: 'ana@example.com', password: 'correct horse' }, {});
  const answer = await secure.app.request('https://crm.example.com/api/auth/sign-in/email', {
    method: 'POST',
    body: JSON.stringify({ email: 'ana@example.com', password: 'correct horse' }),
    headers: { 'content-type': 'application/json', origin: 'https://crm.example.com' },
  });
  expect(answer.headers.getSetCookie()[0]).toMatch(/^__Secure-tendril\..*; Secure; SameSite=Lax$/i);
  expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000');
  await secure.close();
});

test('nobody can sign up by herself', async () => {
  const answer = await api.send(
    'POST',
    '/api/auth/sign-up/email',
    { name: 'Eve', email: 'eve@example.com', password: 'password 1' },
    { origin },
  );
  expect(answer.status).toBe(404);
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
  for (let n = 0; n < 6; n++) guesses.push(await signIn('ines@example.com', `guess number ${n}`));
  expect([guesses.at(-1)?.status, guesses.at(-1)?.body.code]).toEqual([429, 'too-many']);
  expect(Number(guesses.at(-1)?.headers.get('retry-after'))).toBeGreaterThan(0);
});
