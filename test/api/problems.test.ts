import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../../db/connect.ts';
import { type ApiHarness, apiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await apiHarness();
});
afterAll(() => api.close());

test('input errors name each path and say what is wrong', async () => {
  const { status, headers, body } = await api
    .as('recruiter')
    .post('/api/candidates', { email: 'not an address', tags: [''] });
  expect(status).toBe(422);
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(body).toMatchObject({ code: 'invalid', status: 422, type: 'urn:tendril:problem:invalid' });
  expect(body.errors).toEqual([
    { path: 'email', message: 'is not an email address' },
    { path: 'tags.0', message: 'must not be empty' },
  ]);
});

test('what is not JSON, not found or not a kind of list place is said so, never a fault', async () => {
  const recruiter = api.as('recruiter');
  const json = { 'content-type': 'application/json' };
  expect((await recruiter.post('/api/candidates', '{"email":', json)).body.code).toBe('bad-json');
  expect((await recruiter.post('/api/candidates', 'email=x', { 'content-type': 'text/plain' })).status).toBe(
    415,
  );
  expect((await recruiter.get('/api/candidates/not-an-id')).status).toBe(404);
  expect((await recruiter.get('/api/candidates/01936f00-0000-7000-8000-000000000000')).body.code).toBe(
    'not-found',
  );
  expect((await recruiter.get('/api/nothing-here')).body.code).toBe('not-found');
  expect((await recruiter.get('/api/candidates?cursor=nonsense')).body.code).toBe('bad-cursor');
  expect((await recruiter.get('/api/candidates?limit=100000')).status).toBe(422);
  expect((await recruiter.get('/api/candidates?pool=not-an-id')).status).toBe(422);
  const zero = await recruiter.post('/api/candidates', { email: 'zero@example.com', headline: 'a\u0000b' });
  expect(zero.status).toBe(400);
});

test('too large a request is refused', async () => {
  const { status, body } = await api
    .as('recruiter')
    .post('/api/candidates', { email: 'a@example.com', headline: 'x'.repeat(5_000_000) });
  expect([status, body.code]).toEqual([413, 'too-large']);
});

test('a database that is gone is a 503 problem, and the API comes back with it', async () => {
  const lost = await apiHarness();
  const admin = connect(api.url.replace(/\/[^/]+$/, '/postgres'), { max: 1 });
  const name = lost.url.replace(/.*\//, '');
  const { sql } = await import('kysely');
  await sql.raw(`alter database ${name} allow_connections false`).execute(admin);
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`.execute(admin);
  const gone = await lost.as('viewer').get('/api/me');
  expect([gone.status, gone.body.code]).toEqual([503, 'unavailable']);
  expect((await lost.nobody.get('/healthz')).body).toMatchObject({
    status: 'failing',
    parts: { api: 'ok', database: 'failing' },
  });
  await sql.raw(`alter database ${name} allow_connections true`).execute(admin);
  expect((await lost.as('viewer').get('/api/me')).status).toBe(200);
  await lost.close();
  await admin.destroy();
});

test('health names the part that does not answer', async () => {
  const missing = await api.nobody.get('/healthz');
  expect(missing.status).toBe(503);
  expect(missing.body).toEqual({
    status: 'failing',
    parts: { api: 'ok', database: 'ok', temporal: 'ok', worker: 'failing' },
  });
  await api.db.insertInto('worker_pulse').values({ id: 'worker-1', at: new Date() }).execute();
  expect((await api.nobody.get('/healthz')).body.status).toBe('ok');
});

test('pages keep to themselves: policy, no sniffing, no framing', async () => {
  const { headers } = await api.nobody.get('/api/setup');
  expect(headers.get('content-security-policy')).toContain("default-src 'self'");
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('x-frame-options')).toBe('DENY');
});

test('the same write with the same key happens once; another with that key is refused', async () => {
  const recruiter = api.as('recruiter');
  const key = { 'idempotency-key': 'import-17' };
  const first = await recruiter.post('/api/pools', { name: 'Silver medallists' }, key);
  const again = await recruiter.post('/api/pools', { name: 'Silver medallists' }, key);
  expect(first.status).toBe(201);
  expect([again.status, again.body]).toEqual([201, first.body]);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  const other = await recruiter.post('/api/pools', { name: 'Gold medallists' }, key);
  expect(other.body.code).toBe('idempotency-reused');
  const someoneElse = await api.as('admin').post('/api/pools', { name: 'Gold medallists' }, key);
  expect(someoneElse.status).toBe(201);
  expect((await recruiter.get('/api/pools')).body.items).toHaveLength(2);
});

test('of two at once with one key, one runs and the other is told so or gets its answer', async () => {
  const key = { 'idempotency-key': 'import-18' };
  const answers = await Promise.all(
    [1, 2, 3].map(() => api.as('recruiter').post('/api/jobs', { title: 'Nurse' }, key)),
  );
  expect(answers.every(({ status, body }) => status === 201 || body.code === 'idempotency-running')).toBe(
    true,
  );
  const jobs = (await api.as('viewer').get('/api/jobs')).body.items;
  expect(jobs).toHaveLength(1);
});

test('a key whose request died is free for that request after a minute, and for no other', async () => {
  const recruiter = api.as('recruiter');
  const key = { 'idempotency-key': 'import-19' };
  const job = { title: 'Midwife' };
  expect((await recruiter.post('/api/jobs', job, key)).status).toBe(201);
  // As its process leaves it when it dies at work.
  await sql`update idempotency set status = null, response = null where key = 'import-19'`.execute(api.db);
  expect((await recruiter.post('/api/jobs', job, key)).body.code).toBe('idempotency-running');
  api.clock.pass(61_000);
  const other = await recruiter.post('/api/jobs', { title: 'Surgeon' }, key);
  expect(other.body.code).toBe('idempotency-reused');
  expect((await recruiter.post('/api/jobs', job, key)).status).toBe(201);
});

test('of different requests at once with one key, one runs and none gets another’s answer', async () => {
  const key = { 'idempotency-key': 'import-20' };
  const answers = await Promise.all(
    [1, 2, 3, 4].map((n) => api.as('recruiter').post('/api/pools', { name: `Pool ${n}` }, key)),
  );
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  expect(answers.filter(({ body }) => body.code === 'idempotency-reused')).toHaveLength(3);
});

test('an answer that holds a secret is not stored in the clear', async () => {
  const minted = await api
    .as('admin')
    .post('/api/sources', { kind: 'generic', name: 'Job board' }, { 'idempotency-key': 'source-1' });
  const stored = JSON.stringify(await api.db.selectFrom('idempotency').selectAll().execute());
  expect(stored).not.toContain(minted.body.secret);
});

test('a condition nested without end is refused with a sentence, and brackets inside a text are not counted', async () => {
  const recruiter = api.as('recruiter');
  const json = { 'content-type': 'application/json' };
  const deep = `{"graph":${'{"not":'.repeat(5000)}1${'}'.repeat(5000)}}`;
  const refused = await recruiter.post('/api/flows', deep, json);
  expect([refused.status, refused.body.code]).toEqual([422, 'too-deep']);
  const harmless = await recruiter.post('/api/flows', JSON.stringify({ name: '['.repeat(150) }), json);
  expect(harmless.status).toBe(201);
});
