import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../db/id.ts';
import { type ApiHarness, apiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await apiHarness();
});
afterAll(() => api.close());

test('what was put aside is shown with its reason, and goes back into its queue', async () => {
  const recruiter = api.as('recruiter');
  const ana = (await recruiter.post('/api/candidates', { firstName: 'Ana', email: 'ana@example.com' })).body
    .id;
  const { id: event } = await api.db
    .selectFrom('event')
    .select('id')
    .where('candidate_id', '=', ana)
    .executeTakeFirstOrThrow();
  await sql`insert into event_queue (event_id, attempts, dead_reason) values (${event}, 8, 'TypeError')
    on conflict (event_id) do update set dead_reason = 'TypeError'`.execute(api.db);
  const request = newId();
  await api.db
    .insertInto('inbound')
    .values({
      id: request,
      kind: 'resend',
      dedupe_key: 'one',
      received_at: new Date(),
      body: '{}',
      status: 'dead',
      outcome: 'A message we do not know yet.',
    })
    .execute();

  const { body } = await recruiter.get('/api/failures');
  expect(body.items).toMatchObject(
    [
      {
        kind: 'request',
        id: request,
        title: 'News of a mail',
        reason: 'A message we do not know yet.',
        source: null,
      },
      { kind: 'event', id: event, reason: 'TypeError', candidate: { id: ana, fullName: 'Ana' } },
    ].sort((a, b) => (a.kind === body.items[0].kind ? -1 : b.kind === body.items[0].kind ? 1 : 0)),
  );

  for (const item of body.items)
    expect((await recruiter.post(`/api/failures/${item.kind}/${item.id}/retry`, {})).status).toBe(204);
  expect((await recruiter.get('/api/failures')).body.items).toEqual([]);
  expect(await api.db.selectFrom('inbound_queue').select('inbound_id').execute()).toEqual([
    { inbound_id: request },
  ]);
  expect((await recruiter.post(`/api/failures/event/${event}/retry`, {})).status).toBe(404);
});

test('a provider that takes nothing says why and until when', async () => {
  await sql`insert into provider_rate (provider, tokens, refilled_at, stopped_until, stopped_reason)
    values ('resend', 0, now(), now() + interval '1 hour', 'Resend’s daily quota is used up.')`.execute(
    api.db,
  );
  expect((await api.as('viewer').get('/api/failures')).body.provider).toMatchObject({
    reason: 'Resend’s daily quota is used up.',
  });
});
