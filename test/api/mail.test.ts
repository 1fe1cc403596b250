import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../db/id.ts';
import { type ApiHarness, apiHarness, origin } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await apiHarness();
});
afterAll(() => api.close());

interface Mail {
  candidate: string;
  message: string;
  caught: string;
  token: string;
}

async function mail(status: 'sent' | 'unknown' | 'queued' = 'sent'): Promise<Mail> {
  const address = `${newId()}@example.com`;
  const candidate = (await api.as('recruiter').post('/api/candidates', { firstName: 'Ana', email: address }))
    .body.id;
  const message = newId(api.clock.now());
  const caught = newId(api.clock.now());
  const token = `token-${message}`;
  const at = new Date(api.clock.now());
  const text = {
    from_address: 'hello@tendril.example',
    to_address: address,
    subject: 'Thank you',
    html: '<p>Hi</p><script>alert(1)</script>',
    text: 'Hi\n\nthere',
  };
  await api.db
    .insertInto('message')
    .values({
      id: message,
      candidate_id: candidate,
      token,
      reply_to: `reply+${token}@tendril.example`,
      status,
      created_at: at,
      ...text,
    })
    .execute();
  await api.db
    .insertInto('caught_mail')
    .values({
      id: caught,
      message_id: message,
      idempotency_key: message,
      position: 0,
      caught_at: at,
      ...text,
    })
    .execute();
  return { candidate, message, caught, token };
}

test('the unsubscribe page changes nothing; its button does, once, without any account', async () => {
  const { candidate, token } = await mail();
  const page = await api.nobody.get(`/u/${token}`);
  expect(page.status).toBe(200);
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(page.body).toContain('<button type="submit">Unsubscribe</button>');
  expect(await api.db.selectFrom('suppression').select('reason').execute()).toEqual([]);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const done = await api.send('POST', `/u/${token}`, 'List-Unsubscribe=One-Click', form);
  expect([done.status, done.body.includes('You are unsubscribed')]).toEqual([200, true]);
  expect((await api.send('POST', `/u/${token}`, 'List-Unsubscribe=One-Click', form)).status).toBe(200);
  expect(await api.db.selectFrom('suppression').select('reason').execute()).toEqual([
    { reason: 'unsubscribed' },
  ]);
  expect((await api.as('viewer').get(`/api/candidates/${candidate}`)).body.consent).toMatchObject({
    mail: false,
    reason: expect.stringContaining('not to write'),
  });
  const wrong = await api.nobody.get('/u/not-a-token');
  expect([wrong.status, wrong.body.includes('This link is not valid')]).toEqual([404, true]);
  expect((await api.send('POST', '/u/not-a-token', '', form)).status).toBe(404);
});

test('the catcher shows a mail, and the candidate’s answers by hand come in', async () => {
  const { candidate, message, caught, token } = await mail();
  const recruiter = api.as('recruiter');
  const [listed] = (await recruiter.get('/api/caught-mails?limit=1')).body.items;
  expect(listed).toMatchObject({
    id: caught,
    preview: 'Hi there',
    candidate: { id: candidate },
    repliedAt: null,
  });
  expect((await recruiter.get(`/api/caught-mails/${caught}`)).body).toMatchObject({
    text: 'Hi\n\nthere',
    unsubscribeUrl: `${origin}/u/${token}`,
  });
  expect(
    (await recruiter.post(`/api/caught-mails/${caught}/click`, { url: 'https://example.com/jobs' })).status,
  ).toBe(204);
  expect((await recruiter.post(`/api/caught-mails/${caught}/reply`, { text: 'Yes, gladly!' })).status).toBe(
    204,
  );
  const types = (
    await api.db
      .selectFrom('event')
      .select('type')
      .where('candidate_id', '=', candidate)
      .orderBy('seq')
      .execute()
  ).map((event) => event.type);
  expect(types).toEqual(['candidate.created', 'message.clicked', 'message.replied']);
  expect((await recruiter.get(`/api/messages/${message}`)).body).toMatchObject({
    status: 'delivered',
    text: 'Hi\n\nthere',
  });
  expect(
    (await recruiter.get(`/api/messages?candidate=${candidate}&status=received`)).body.items,
  ).toMatchObject([{ direction: 'in', subject: 'Re: Thank you' }]);
  const { items } = (await recruiter.get(`/api/candidates/${candidate}/timeline?filter=mails`)).body;
  expect(items.map((item: { title: string }) => item.title).sort()).toEqual([
    'Followed a link in a mail',
    'Mail delivered: Thank you',
    'Wrote to us: Re: Thank you',
  ]);
  expect((await recruiter.post(`/api/caught-mails/${caught}/bounce`)).status).toBe(204);
  expect((await recruiter.get(`/api/caught-mails/${caught}`)).body.status).toBe('bounced');
});

test('a mail’s HTML comes in a sandbox of its own, out of which its links lead', async () => {
  const { message, caught } = await mail();
  for (const path of [`/api/messages/${message}/html`, `/api/caught-mails/${caught}/html`]) {
    const { status, headers, body } = await api.as('viewer').get(path);
    expect(status).toBe(200);
    expect(body).toContain('<base target="_blank">');
    expect(headers.get('content-security-policy')).toMatch(/^sandbox .*default-src 'none'/);
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
  }
  expect((await api.nobody.get(`/api/messages/${message}/html`)).status).toBe(401);
});

test('a message of unknown fate is settled by a person, once', async () => {
  const { message } = await mail('unknown');
  const recruiter = api.as('recruiter');
  expect((await recruiter.get('/api/messages?status=unknown')).body.items).toHaveLength(1);
  expect((await recruiter.post(`/api/messages/${message}/settle`, { outcome: 'sent' })).status).toBe(204);
  expect((await recruiter.post(`/api/messages/${message}/settle`, { outcome: 'failed' })).body.code).toBe(
    'not-unknown',
  );
  expect((await recruiter.get(`/api/messages/${message}`)).body.status).toBe('sent');
});

test('an address is stopped and released by hand', async () => {
  const admin = api.as('admin');
  expect(
    (await admin.post('/api/suppressions', { address: 'Stop@Example.com', detail: 'By phone' })).status,
  ).toBe(204);
  expect((await admin.get('/api/suppressions')).body.items).toContainEqual(
    expect.objectContaining({ address: 'stop@example.com', reason: 'manual', detail: 'By phone' }),
  );
  expect((await admin.delete('/api/suppressions/stop@example.com')).status).toBe(204);
  expect((await admin.delete('/api/suppressions/stop@example.com')).status).toBe(404);
});

test('a link that was cut off or made up gets the page that says so, whatever stands in it', async () => {
  for (const token of ['no-such-token', 'a%00b', '%ff', '%F0%9F%92%A5', "'--", 'x'.repeat(1500)])
    for (const method of ['GET', 'POST']) {
      const answer = await api.send(method, `/u/${token}`);
      expect([answer.status, answer.headers.get('content-type')], token).toEqual([
        404,
        'text/html; charset=utf-8',
      ]);
      expect(answer.body, token).toContain('This link is not valid');
    }
});
