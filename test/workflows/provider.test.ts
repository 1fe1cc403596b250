/** What Resend tells us: each webhook once, a human reply apart from an automatic one, bounces and complaints for good. */
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '../../db/id.ts';
import { recordEvents } from '../../db/queries/events.ts';
import { lockCandidates } from '../../db/queries/lock.ts';
import { graphSchema } from '../../engine/flow/schema.ts';
import { advancing } from '../../workflows/context.ts';
import { allPumps } from '../../workflows/pumps/index.ts';
import { drain } from '../../workflows/pumps/pump.ts';
import { resend } from '../../workflows/transports/resend.ts';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';
import { type FakeResend, fakeResend } from '../harness/fake-resend.ts';
import {
  addCandidate,
  addTemplate,
  publish,
  receive,
  type TestClock,
  testClock,
  testContext,
} from '../harness/house.ts';

let fresh: FreshDatabase;
let provider: FakeResend;
let clock: TestClock;
let settle: () => Promise<void>;
let sent: { id: string; providerId: string; replyTo: string; enrolmentId: string };

beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.drop());

/** Ana is in a flow that has written to her and waits for her answer. */
beforeEach(async () => {
  const { db } = fresh;
  await sql`truncate candidate, flow, template, suppression, email_batch, inbound, milestone, provider_rate cascade`.execute(
    db,
  );
  clock = testClock();
  provider = await fakeResend({ now: clock.now });
  const context = testContext(db, clock);
  const transport = resend({ apiKey: provider.apiKey, baseUrl: provider.url, perSecond: 1000 });
  const pumps = allPumps({
    context,
    provider: { RESEND_API_KEY: provider.apiKey, RESEND_BASE_URL: provider.url, RESEND_RATE: 1000 },
    transport,
    clocks: () => null,
  });
  settle = () => drain(pumps);
  const template = await addTemplate(db, 'Hello', 'May we stay in touch?', 'Hello.');
  const at = { x: 0, y: 0 };
  const graph = graphSchema.parse({
    name: 'Ask',
    settings: { exitOn: ['message.unsubscribed'] },
    nodes: [
      { id: 'start', type: 'manual', position: at, data: {} },
      { id: 'mail', type: 'send-email', position: at, data: { templateId: template.id } },
      { id: 'reply', type: 'wait-for', position: at, data: { event: 'message.replied', timeout: 'P14D' } },
      { id: 'warm', type: 'add-tag', position: at, data: { tag: 'warm' } },
      { id: 'end', type: 'end', position: at, data: {} },
    ],
    edges: [
      ['start', 'next', 'mail'],
      ['mail', 'next', 'reply'],
      ['reply', 'event', 'warm'],
      ['reply', 'timeout', 'end'],
      ['warm', 'next', 'end'],
    ].map(([source, sourceHandle, target], n) => ({ id: `e${n}`, source, sourceHandle, target })),
  });
  const { flowId } = await publish(db, graph, { templates: { [template.id]: template.versionId } });
  const ana = await addCandidate(db, { name: 'Ana Costa', email: 'ana@costa.example' });
  await db.transaction().execute(async (trx) => {
    await lockCandidates(trx, [ana]);
    await recordEvents(
      trx,
      [{ candidateId: ana, type: 'enrolment.requested', data: { flowId }, by: { kind: 'person' } }],
      clock.now(),
    );
  });
  await settle();
  const message = await db.selectFrom('message').selectAll().executeTakeFirstOrThrow();
  sent = {
    id: message.id,
    providerId: message.provider_id ?? '',
    replyTo: message.reply_to ?? '',
    enrolmentId: message.enrolment_id ?? '',
  };
});
afterEach(() => provider.stop());

const hook = (type: string, data: Record<string, unknown> = {}, dedupe = newId()) =>
  receive(
    fresh.db,
    null,
    'resend',
    { type, created_at: new Date(clock.now()).toISOString(), data: { email_id: sent.providerId, ...data } },
    clock.now(),
    dedupe,
  );
const message = () =>
  fresh.db.selectFrom('message').selectAll().where('id', '=', sent.id).executeTakeFirstOrThrow();
const types = async () =>
  (
    await fresh.db
      .selectFrom('event')
      .select('type')
      .where('type', 'like', 'message.%')
      .orderBy('seq')
      .execute()
  ).map((row) => row.type);
const suppressed = async () =>
  (await fresh.db.selectFrom('suppression').select(['address_key', 'reason']).execute()).map(
    (row) => `${row.address_key} ${row.reason}`,
  );

test('delivered, opened and clicked move the status on, in whatever order they come, each once', async () => {
  await hook('email.clicked', { click: { link: 'https://jobs.example/open' } });
  await hook('email.delivered');
  await hook('email.delivered');
  await hook('email.sent');
  await settle();
  expect((await message()).status).toBe('delivered');
  expect((await types()).sort()).toEqual(['message.clicked', 'message.delivered', 'message.sent']);
});

test('a permanent bounce blocks the address, a passing one does not', async () => {
  await hook('email.bounced', {
    bounce: { type: 'Transient', subType: 'MailboxFull', message: 'The mailbox is full.' },
  });
  await settle();
  expect(await suppressed()).toEqual([]);
  expect(await message()).toMatchObject({ status: 'bounced', reason: 'The mailbox is full.' });
});

test('a permanent bounce and a complaint keep us from ever writing there again', async () => {
  await hook('email.bounced', {
    bounce: { type: 'Permanent', subType: 'General', message: 'No such user.' },
  });
  await settle();
  await hook('email.complained');
  await settle();
  expect(await suppressed()).toEqual(['ana@costa.example bounced']);
  expect(await types()).toEqual(['message.sent', 'message.bounced', 'message.complained']);
});

test('a reply is fetched, stored and heard by the flow that waits for it', async () => {
  const id = provider.receive({
    from: 'ana@costa.example',
    to: [sent.replyTo],
    subject: 'Re: May we stay in touch?',
    text: 'Yes, gladly.',
  });
  await hook('email.received', { email_id: id, to: [sent.replyTo] });
  await settle();
  const reply = await fresh.db
    .selectFrom('message')
    .selectAll()
    .where('direction', '=', 'in')
    .executeTakeFirstOrThrow();
  expect(reply).toMatchObject({ text: 'Yes, gladly.', in_reply_to: sent.id, status: 'received' });
  await advancing(testContext(fresh.db, clock), sent.enrolmentId, clock.now());
  const { status } = await fresh.db.selectFrom('enrolment').select('status').executeTakeFirstOrThrow();
  expect(status).toBe('ended');
  expect((await fresh.db.selectFrom('candidate').select('tags').executeTakeFirstOrThrow()).tags).toEqual([
    'warm',
  ]);
});

test('a reply that lost its address is found by the headers that quote it', async () => {
  const id = provider.receive({
    from: 'ana@costa.example',
    to: ['hello@jobs.example'],
    subject: 'Re',
    text: 'Yes.',
    headers: { References: `<${sent.replyTo}>` },
  });
  await hook('email.received', { email_id: id, to: ['hello@jobs.example'] });
  await settle();
  expect(await types()).toContain('message.replied');
});

test('an out-of-office note is not a reply', async () => {
  const id = provider.receive({
    from: 'ana@costa.example',
    to: [sent.replyTo],
    subject: 'Out of office',
    text: 'Back on Monday.',
    headers: { 'Auto-Submitted': 'auto-replied' },
  });
  await hook('email.received', { email_id: id, to: [sent.replyTo] });
  await settle();
  expect(await types()).toEqual(['message.sent', 'message.auto-replied']);
  await advancing(testContext(fresh.db, clock), sent.enrolmentId, clock.now());
  expect((await fresh.db.selectFrom('enrolment').select('status').executeTakeFirstOrThrow()).status).toBe(
    'open',
  );
});

test('two workers with the same webhook write one event', async () => {
  const id = provider.receive({ from: 'ana@costa.example', to: [sent.replyTo], subject: 'Re', text: 'Yes.' });
  await hook('email.received', { email_id: id, to: [sent.replyTo] });
  await Promise.all([settle(), settle(), settle()]);
  await sql`update inbound_queue set next_at = now()`.execute(fresh.db);
  await settle();
  expect(
    await fresh.db.selectFrom('message').select('id').where('direction', '=', 'in').execute(),
  ).toHaveLength(1);
});

test('a webhook about a message that is not recorded yet waits for it', async () => {
  await fresh.db.updateTable('message').set({ provider_id: null }).where('id', '=', sent.id).execute();
  await hook('email.delivered');
  await settle();
  expect((await message()).status).toBe('sent');
  await fresh.db
    .updateTable('message')
    .set({ provider_id: sent.providerId })
    .where('id', '=', sent.id)
    .execute();
  await sql`update inbound_queue set next_at = now()`.execute(fresh.db);
  await settle();
  expect((await message()).status).toBe('delivered');
});

test('a message whose fate was unknown is settled by its tag', async () => {
  await fresh.db
    .updateTable('message')
    .set({ provider_id: null, status: 'unknown' })
    .where('id', '=', sent.id)
    .execute();
  await hook('email.delivered', { email_id: 'another', tags: { message_id: sent.id } });
  await settle();
  expect((await message()).status).toBe('delivered');
});

/** As if time went by until whatever was put off is tried again. */
const tryAgain = async (times: number) => {
  for (let n = 0; n < times; n++) {
    await sql`update inbound_queue set next_at = now()`.execute(fresh.db);
    await settle();
  }
};

test('what the provider tells of mail that others send through the same account is put down as not ours', async () => {
  const foreign = { status: 'ignored', outcome: 'About a mail that was not sent from here.' };
  const ids = [
    await hook('email.delivered', { email_id: newId(), tags: { message_id: newId() } }),
    await hook('email.bounced', { email_id: newId(), tags: [{ name: 'message_id', value: 'order-7' }] }),
  ];
  await settle();
  const stored = () =>
    fresh.db
      .selectFrom('inbound')
      .select(['status', 'outcome'])
      .where('id', 'in', ids)
      .orderBy('id')
      .execute();
  expect(await stored()).toEqual([foreign, foreign]);
  // Without a tag it may be ours, sent a moment ago.
  ids.push(await hook('email.delivered', { email_id: newId() }));
  await settle();
  expect((await stored())[2]).toEqual({ status: 'new', outcome: null });
  await tryAgain(7);
  expect((await stored())[2]).toEqual(foreign);
  expect(await fresh.db.selectFrom('inbound_queue').selectAll().execute()).toEqual([]);
});

const asked = () => provider.requests.filter(({ path }) => path.startsWith('/emails/receiving/')).length;
const queued = () => fresh.db.selectFrom('inbound_queue').select(['attempts', 'delays']).execute();
const answer = async () => {
  const id = provider.receive({ from: 'ana@costa.example', to: [sent.replyTo], subject: 'Re', text: 'Yes.' });
  await hook('email.received', { email_id: id, to: [sent.replyTo] });
};

test('a reply is fetched however long the provider is away, slow, over its rate or closed to our key', async () => {
  const refusal = (status: number) => ({ status, name: 'trouble', message: 'Not now.' });
  await answer();
  for (let n = 0; n < 5; n++) {
    for (const mishap of ['cut-before' as const, refusal(503), refusal(500), refusal(429), refusal(401)]) {
      provider.mishaps.push(mishap);
      await sql`update provider_rate set stopped_until = null`.execute(fresh.db);
      await tryAgain(1);
      expect(provider.mishaps).toEqual([]);
    }
  }
  expect(await queued()).toEqual([{ attempts: 0, delays: 25 }]);
  const waits = await sql`select from inbound_queue where next_at > now() + interval '10 minutes'`.execute(
    fresh.db,
  );
  expect(waits.rows).toEqual([]);
  await tryAgain(1);
  expect(await types()).toContain('message.replied');
});

test('a reply that the provider does not have is given up, with its words', async () => {
  await hook('email.received', { email_id: newId(), to: [sent.replyTo] });
  await tryAgain(8);
  const last = await fresh.db.selectFrom('inbound').select(['status', 'outcome']).executeTakeFirstOrThrow();
  expect(last).toEqual({
    status: 'dead',
    outcome: 'The provider would not hand out a received email (not_found).',
  });
});

test('fetching a reply keeps to the rate that sending shares, and an answer over the rate stops both', async () => {
  await sql`update provider_rate set stopped_until = clock_timestamp() + interval '1 hour'`.execute(fresh.db);
  await answer();
  await settle();
  expect(asked()).toBe(0);
  expect(await queued()).toEqual([{ attempts: 0, delays: 1 }]);
  provider.mishaps.push({
    status: 429,
    name: 'rate_limit_exceeded',
    message: 'Too many.',
    headers: { 'retry-after': '3600' },
  });
  await sql`update provider_rate set stopped_until = null`.execute(fresh.db);
  await tryAgain(1);
  expect(asked()).toBe(1);
  const stopped = await sql`
    select from provider_rate where provider = 'resend' and stopped_until > clock_timestamp() + interval '30 minutes'`.execute(
    fresh.db,
  );
  expect(stopped.rows).toHaveLength(1);
});

test('a token taken for a reply is not there for sending', async () => {
  const tokens = () =>
    fresh.db.selectFrom('provider_rate').select('refilled_at as at').executeTakeFirstOrThrow();
  const before = await tokens();
  await answer();
  await settle();
  expect((await tokens()).at.getTime()).toBeGreaterThan(before.at.getTime());
});

test('kinds of event that change nothing are settled as such', async () => {
  await hook('email.delivery_delayed');
  await settle();
  const last = await fresh.db.selectFrom('inbound').select(['status', 'outcome']).executeTakeFirstOrThrow();
  expect(last).toEqual({ status: 'ignored', outcome: '“email.delivery_delayed” changes nothing here.' });
});
