import { createHmac } from 'node:crypto';
import { sql } from 'kysely';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiHarness, apiHarness, monday } from './harness.ts';

let api: ApiHarness;
const providerSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
beforeAll(async () => {
  // Temporal is down all along: webhooks do not need it.
  api = await apiHarness({ env: { RESEND_WEBHOOK_SECRET: providerSecret }, temporal: async () => false });
});
afterAll(() => api.close());

const json = { 'content-type': 'application/json' };
const makeSource = async (kind: 'greenhouse' | 'generic', name: string) =>
  (await api.as('admin').post('/api/sources', { kind, name })).body;

const greenhouseHeaders = (secret: string, body: string, id?: string): Record<string, string> => ({
  ...json,
  signature: `sha256 ${createHmac('sha256', secret).update(body).digest('hex')}`,
  ...(id ? { 'greenhouse-event-id': id } : {}),
});
const standardHeaders = (
  secret: string,
  body: string,
  id: string,
  at: number,
  prefix = 'webhook',
): Record<string, string> => ({
  ...json,
  [`${prefix}-id`]: id,
  [`${prefix}-timestamp`]: String(Math.floor(at / 1000)),
  [`${prefix}-signature`]: new Webhook(secret).sign(id, new Date(at), body),
});
const post = (url: string, body: string, headers: Record<string, string>) =>
  api.send('POST', new URL(url).pathname, body, headers);

test('a signed Greenhouse request is stored and queued; its repeat gets the same id', async () => {
  const { url, secret, id } = await makeSource('greenhouse', 'Greenhouse');
  const body = JSON.stringify({ action: 'new_candidate_application', payload: { note: 'caf\u00e9 \u003c' } });
  const first = await post(url, body, greenhouseHeaders(secret, body, 'evt-1'));
  expect(first.status).toBe(202);
  const again = await post(url, body, greenhouseHeaders(secret, body, 'evt-1'));
  expect([again.status, again.body]).toEqual([200, first.body]);
  const stored = await api.db.selectFrom('inbound').selectAll().where('source_id', '=', id).execute();
  expect(stored).toHaveLength(1);
  expect(stored[0]).toMatchObject({
    id: first.body.eventId,
    kind: 'greenhouse',
    body: { headers: { 'greenhouse-event-id': 'evt-1' }, payload: JSON.parse(body) },
  });
  const queued = await api.db
    .selectFrom('inbound_queue')
    .selectAll()
    .where('inbound_id', '=', first.body.eventId)
    .execute();
  expect(queued).toHaveLength(1);
});

test('ten deliveries of one thing at once are one request with one id', async () => {
  const { url, secret } = await makeSource('greenhouse', 'Greenhouse, eager');
  const body = JSON.stringify({ action: 'ping', data: {} });
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => post(url, body, greenhouseHeaders(secret, body))),
  );
  expect(new Set(answers.map((answer) => answer.body.eventId)).size).toBe(1);
  expect(answers.filter((answer) => answer.status === 202)).toHaveLength(1);
});

test('many different requests at once are each stored, whatever characters stand in them', async () => {
  const { url, secret, id } = await makeSource('greenhouse', 'Odd characters');
  const notes = ['ab', 'a\u0000b', 'a\ud83d\ude00b', 'half \ud83d'];
  const bodies = notes.map((note, n) => JSON.stringify({ action: 'ping', n, note, 'k\u0000': [note] }));
  const answers = await Promise.all(bodies.map((body) => post(url, body, greenhouseHeaders(secret, body))));
  expect(answers.map((answer) => answer.status)).toEqual([202, 202, 202, 202]);
  const stored = await api.db
    .selectFrom('inbound')
    .select('body')
    .where('source_id', '=', id)
    .orderBy(sql`body->'payload'->'n'`)
    .execute();
  expect(stored.map((row) => row.body.payload)).toEqual(
    ['ab', 'ab', 'a\ud83d\ude00b', 'half \ufffd'].map((note, n) => ({ action: 'ping', n, note, k: [note] })),
  );
});

test('many requests at once are each stored, also beside one that the database refuses', async () => {
  const { url, secret, id } = await makeSource('greenhouse', 'Greenhouse, busy');
  await sql`alter table inbound add constraint no_seventh check (dedupe_key <> 'seventh')`.execute(api.db);
  const bodies = Array.from({ length: 40 }, (_, n) => JSON.stringify({ action: 'ping', n }));
  const answers = await Promise.all(
    bodies.map((body, n) =>
      post(url, body, greenhouseHeaders(secret, body, n === 7 ? 'seventh' : `other-${n}`)),
    ),
  );
  await sql`alter table inbound drop constraint no_seventh`.execute(api.db);
  expect(answers.map((answer) => answer.status < 300)).toEqual(bodies.map((_, n) => n !== 7));
  const stored = await api.db.selectFrom('inbound').select('body').where('source_id', '=', id).execute();
  expect(stored).toHaveLength(39);
});

test('what is wrong with a request is said, and noted for the set-up page without its body', async () => {
  const { id, url, secret } = await makeSource('greenhouse', 'Greenhouse, wrong');
  const body = JSON.stringify({ action: 'ping', secretly: 'personal' });
  expect((await post(url, body, json)).status).toBe(401);
  expect((await post(url, `${body} `, greenhouseHeaders(secret, body))).body.code).toBe('bad-signature');
  expect((await post(url, body, greenhouseHeaders('another secret', body))).status).toBe(401);
  expect((await post(url, '{"a":', greenhouseHeaders(secret, '{"a":'))).status).toBe(400);
  expect((await post(url, '[1]', greenhouseHeaders(secret, '[1]'))).status).toBe(422);
  const large = JSON.stringify({ filler: 'x'.repeat(1_100_000) });
  expect((await post(url, large, greenhouseHeaders(secret, large))).status).toBe(413);
  expect((await api.send('POST', '/hooks/no-such-source', body, json)).status).toBe(404);
  const { requests } = (await api.as('viewer').get(`/api/sources/${id}`)).body;
  expect(requests.map((request: { status: string }) => request.status)).toEqual(Array(6).fill('refused'));
  expect(JSON.stringify(requests)).not.toContain('personal');
  expect(await api.db.selectFrom('inbound').select('id').where('source_id', '=', id).execute()).toEqual([]);
});

test('a signed body made to exhaust the database is refused, or stored at its own size', async () => {
  const { id, url, secret } = await makeSource('greenhouse', 'Greenhouse, bombed');
  const deep = `{"action":"ping","a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
  const refused = await post(url, deep, greenhouseHeaders(secret, deep));
  expect([refused.status, refused.body.code]).toEqual([422, 'too-deep']);
  const huge = `{"action":"ping","a":[${Array(2000).fill('1e100000').join()}],"b":12345678901234567}`;
  expect((await post(url, huge, greenhouseHeaders(secret, huge))).status).toBe(202);
  const { rows } = await sql<{ size: number }>`
    select length(body::text) as size from inbound where source_id = ${id}`.execute(api.db);
  expect(rows[0]?.size).toBeLessThan(20_000);
});

test('a generic source says where its fields stand, and what is no path is refused', async () => {
  const admin = api.as('admin');
  const { id } = await makeSource('generic', 'Careers page');
  const usual = (await admin.get(`/api/sources/${id}`)).body.mapping;
  expect(usual.email).toBe('$.candidate.email');
  const change = {
    name: 'Careers site',
    mapping: { email: '$.form.fields[2].value', firstName: 'given_name' },
  };
  expect((await admin.patch(`/api/sources/${id}`, change)).status).toBe(204);
  expect((await admin.get(`/api/sources/${id}`)).body).toMatchObject({
    name: 'Careers site',
    mapping: { ...usual, ...change.mapping },
  });
  for (const path of ['', '$', '$.', 'a..b', 'a[x]', '$.a b[', 'a.'])
    expect((await admin.patch(`/api/sources/${id}`, { mapping: { email: path } })).body.errors, path).toEqual(
      [{ path: 'mapping.email', message: 'is not a path; write it like $.candidate.email' }],
    );
  expect((await admin.patch(`/api/sources/${id}`, { mapping: { shoeSize: '$.a' } })).status).toBe(422);
  const board = await makeSource('greenhouse', 'Greenhouse, known');
  const known = await admin.patch(`/api/sources/${board.id}`, { mapping: { email: '$.a' } });
  expect(known.body.errors[0].path).toBe('mapping');
  expect((await api.as('recruiter').patch(`/api/sources/${id}`, { name: 'Mine' })).status).toBe(403);
});

test('a flood of forged requests leaves a bounded trace', async () => {
  const { id, url } = await makeSource('generic', 'Flooded');
  for (let n = 0; n < 80; n++) expect((await post(url, '{}', json)).status).toBe(401);
  const noted = await api.db.selectFrom('inbound_refused').select('id').where('source_id', '=', id).execute();
  expect(noted.length).toBeGreaterThan(0);
  expect(noted.length).toBeLessThanOrEqual(50);
});

test('a generic source signs as Standard Webhooks say, within five minutes', async () => {
  const { url, secret } = await makeSource('generic', 'Job board');
  const body = JSON.stringify({ name: 'Inês Carvalho', email: 'ines@example.com' });
  expect((await post(url, body, standardHeaders(secret, body, 'msg_1', monday))).status).toBe(202);
  expect((await post(url, body, standardHeaders(secret, body, 'msg_1', monday))).status).toBe(200);
  const old = await post(url, body, standardHeaders(secret, body, 'msg_2', monday - 6 * 60_000));
  expect([old.status, old.body.code]).toEqual([401, 'stale-signature']);
  const future = await post(url, body, standardHeaders(secret, body, 'msg_3', monday + 6 * 60_000));
  expect(future.status).toBe(401);
  const two = standardHeaders(secret, body, 'msg_4', monday);
  const rotated = { ...two, 'webhook-signature': `v1,c29tZXRoaW5nIGVsc2U= ${two['webhook-signature']}` };
  expect((await post(url, body, rotated)).status).toBe(202);
});

test('a new secret replaces the old one at once; a deleted source is gone', async () => {
  const { id, url, secret } = await makeSource('greenhouse', 'Greenhouse, rotated');
  const body = '{"action":"ping"}';
  expect((await post(url, body, greenhouseHeaders(secret, body))).status).toBe(202);
  const next = (await api.as('admin').post(`/api/sources/${id}/secret`)).body.secret;
  expect((await post(url, body, greenhouseHeaders(secret, body))).status).toBe(401);
  expect((await post(url, body, greenhouseHeaders(next, body))).status).toBe(200);
  expect((await api.as('admin').delete(`/api/sources/${id}`)).status).toBe(204);
  expect((await post(url, body, greenhouseHeaders(next, body))).status).toBe(404);
});

test('the email provider’s own events are stored once by their svix-id', async () => {
  const body = JSON.stringify({ type: 'email.delivered', data: { email_id: 're_1' } });
  const headers = standardHeaders(providerSecret, body, 'msg_r1', monday, 'svix');
  const first = await api.send('POST', '/hooks/resend', body, headers);
  const again = await api.send('POST', '/hooks/resend', body, headers);
  expect([first.status, again.status]).toEqual([202, 200]);
  const stored = await api.db.selectFrom('inbound').selectAll().where('kind', '=', 'resend').execute();
  expect(stored).toHaveLength(1);
  expect(stored[0]).toMatchObject({
    source_id: null,
    dedupe_key: 'msg_r1',
    body: { headers: { 'svix-id': 'msg_r1' } },
  });
  expect((await api.send('POST', '/hooks/resend', body, json)).status).toBe(401);
});
