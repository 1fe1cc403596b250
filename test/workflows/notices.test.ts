/** What colleagues are told by email and in a chat: once, without counting as contact, and seen when it fails. */
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '../../db/id.ts';
import { caughtHtml, listCaught, readCaught } from '../../db/queries/catcher.ts';
import { recordEvents } from '../../db/queries/events.ts';
import { listPutAside, tryAgain } from '../../db/queries/failures.ts';
import { lockCandidates } from '../../db/queries/lock.ts';
import { stopEnrolment } from '../../db/queries/repairs.ts';
import { insertSecret, removeSecret } from '../../db/queries/secrets.ts';
import { prepareProviderEvent, takeProviderEvent } from '../../workflows/intake/resend.ts';
import { readAllowed } from '../../workflows/outside/address.ts';
import { drain } from '../../workflows/pumps/pump.ts';
import { resend } from '../../workflows/transports/resend.ts';
import { flow } from '../contract/flows.ts';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';
import { type FakeResend, fakeResend } from '../harness/fake-resend.ts';
import {
  addCandidate,
  day,
  type House,
  hour,
  houseOn,
  minute,
  publish,
  receive,
  testClock,
  testHouse,
  testSecrets,
} from '../harness/house.ts';
import { answering, type Receiver, startReceiver } from '../harness/receiver.ts';

let fresh: FreshDatabase;
let there: Receiver;
let provider: FakeResend;
const clock = testClock();
/** With the mail catcher, and with a provider. */
let house: House;
let provided: House;
let marta: string;
let chat: string;

async function addColleague(name: string, role: 'recruiter' | 'admin' = 'recruiter'): Promise<string> {
  const id = newId();
  await fresh.db
    .insertInto('user')
    .values({ id, name, email: `${name.split(' ')[0]?.toLowerCase()}-${id}@halden.example`, role })
    .execute();
  return id;
}
const addressOf = async (id: string) =>
  (await fresh.db.selectFrom('user').select('email').where('id', '=', id).executeTakeFirstOrThrow()).email;
const addChat = async (address: string) =>
  (await insertSecret(fresh.db, {
    name: newId(),
    sealed: testSecrets.seal(address),
    by: null,
    now: clock.now(),
  })) as string;

beforeAll(async () => {
  fresh = await freshDatabase();
  there = await startReceiver();
  await sql`update workspace set name = 'Halden Robotics'`.execute(fresh.db);
  house = houseOn(fresh.db, clock);
  house.context.house = { ...testHouse, webhookAllow: readAllowed(['127.0.0.1']) };
  marta = await addColleague('Marta Dias');
  chat = await addChat(`${there.url}/services/T0/B0/a-secret-path`);
});
afterAll(async () => {
  await there.close();
  await fresh.drop();
});
beforeEach(async () => {
  there.received.length = 0;
  there.answer = answering(200);
  provider = await fakeResend({ now: clock.now });
  provided = houseOn(fresh.db, clock, {
    transport: resend({ apiKey: provider.apiKey, baseUrl: provider.url, perSecond: 1000 }),
  });
  await sql`truncate candidate, email_batch, caught_mail, provider_rate, flow, inbound cascade`.execute(
    fresh.db,
  );
});
afterEach(() => provider.stop());

const byMail = (more: Record<string, unknown> = {}) => ({
  via: 'email',
  to: 'person',
  personId: marta,
  text: '{{ candidate.fullName }} replied.\n\nCall her <today>.',
  ...more,
});
const byChat = (more: Record<string, unknown> = {}) => ({
  via: 'chat',
  chat: 'slack',
  secretId: chat,
  text: '{{ candidate.fullName }} replied.',
  ...more,
});

/** Runs everything but the deliverers. */
async function enrol(data: Record<string, unknown>, on = house) {
  const candidateId = await addCandidate(
    fresh.db,
    { name: 'Inês Carvalho', email: `ines-${newId()}@costa.example` },
    clock.now(),
  );
  const graph = { ...flow([{ id: 'tell', type: 'notify', data }]), name: `Silver ${newId()}` };
  const { flowId } = await publish(fresh.db, graph, { now: clock.now() });
  await fresh.db.transaction().execute(async (trx) => {
    await lockCandidates(trx, [candidateId]);
    await recordEvents(
      trx,
      [{ candidateId, type: 'enrolment.requested', data: { flowId }, by: { kind: 'person' } }],
      clock.now(),
    );
  });
  await drain(on.pumps.filter(({ name }) => !name.startsWith('deliver-')));
  return { candidateId, flowId, name: graph.name };
}
const noticesOf = (candidateId: string) =>
  fresh.db
    .selectFrom('outgoing_notice')
    .selectAll()
    .where('candidate_id', '=', candidateId)
    .orderBy('id')
    .execute();
const leasesEnd = async () => {
  await sql`update outgoing_notice_queue set next_at = now() - interval '1 second'`.execute(fresh.db);
  await sql`update email_batch set next_at = now() - interval '1 second'`.execute(fresh.db);
};
const page = (candidateId: string) => `https://jobs.example/candidates/${candidateId}`;

test('a colleague gets a mail that leads to the candidate, without a way to unsubscribe or a trace in her messages', async () => {
  const { candidateId, name } = await enrol(byMail());
  await house.settle();
  const [row] = await listCaught(fresh.db, { limit: 10, after: null });
  const mail = await readCaught(fresh.db, row?.id ?? '');
  expect(mail).toMatchObject({
    messageId: null,
    candidate: null,
    from: testHouse.mailFrom,
    to: await addressOf(marta),
    replyTo: null,
    subject: 'Inês Carvalho replied.',
    text: `Inês Carvalho replied.\n\nCall her <today>.\n\nInês Carvalho: ${page(candidateId)}\n\n-- \nHalden Robotics · flow “${name}”\n`,
    headers: { 'Auto-Submitted': 'auto-generated' },
    token: null,
  });
  const html = await caughtHtml(fresh.db, row?.id ?? '');
  expect(html).toContain('<p>Call her &lt;today&gt;.</p>');
  expect(html).toContain(`<a href="${page(candidateId)}">Inês Carvalho</a>`);
  expect(await noticesOf(candidateId)).toMatchObject([{ via: 'email', status: 'sent', person_id: marta }]);
  expect(await fresh.db.selectFrom('message').select('id').execute()).toEqual([]);
  expect(await fresh.db.selectFrom('contact_decision').select('id').execute()).toEqual([]);
  expect(
    await fresh.db
      .selectFrom('event')
      .select('type')
      .where('candidate_id', '=', candidateId)
      .where('type', 'like', 'message.%')
      .execute(),
  ).toEqual([]);
});

test('everyone with a role gets a mail of her own, at the address that she has when it leaves', async () => {
  const admins = [await addColleague('Ada Lund', 'admin'), await addColleague('Bo Falk', 'admin')];
  await enrol(byMail({ to: 'role', role: 'admin' }));
  await fresh.db
    .updateTable('user')
    .set({ email: 'ada@new.example' })
    .where('id', '=', admins[0] ?? '')
    .execute();
  await house.settle();
  const caught = await listCaught(fresh.db, { limit: 10, after: null });
  expect(caught.map((mail) => mail.to).sort()).toEqual(
    ['ada@new.example', await addressOf(admins[1] ?? '')].sort(),
  );
});

test('a mail whose answer got lost is repeated with the same key and arrives once', async () => {
  const { candidateId } = await enrol(byMail(), provided);
  provider.mishaps.push('cut-after');
  await provided.settle();
  expect(await noticesOf(candidateId)).toMatchObject([{ status: 'sending' }]);
  await leasesEnd();
  await provided.settle();
  expect(provider.mails).toHaveLength(1);
  expect(provider.mails[0]?.headers).toEqual({ 'Auto-Submitted': 'auto-generated' });
  expect(new Set(provider.requests.map(({ key }) => key)).size).toBe(1);
  expect(await noticesOf(candidateId)).toMatchObject([{ status: 'sent' }]);
});

test('a mail that the provider refuses is on the list of failures, and leaves when it is tried again', async () => {
  const { candidateId } = await enrol(byMail(), provided);
  provider.mishaps.push({ status: 422, name: 'validation_error', message: 'No such address.' });
  await provided.settle();
  const [failure] = await listPutAside(fresh.db);
  expect(failure).toMatchObject({
    kind: 'notice',
    what: 'email',
    reason: 'Resend refused: No such address.',
    candidate: { id: candidateId, fullName: 'Inês Carvalho' },
  });
  expect(await tryAgain(fresh.db, 'notice', failure?.id ?? '')).toBe(true);
  await provided.settle();
  expect(provider.mails).toHaveLength(1);
  expect(await listPutAside(fresh.db)).toEqual([]);
  expect(await tryAgain(fresh.db, 'notice', failure?.id ?? '')).toBe(false);
});

test('a mail that bounces is on the list of failures and suppresses nobody', async () => {
  const { candidateId } = await enrol(byMail(), provided);
  await provided.settle();
  const [notice] = await noticesOf(candidateId);
  const bounced = {
    type: 'email.bounced',
    created_at: new Date(clock.now()).toISOString(),
    data: {
      email_id: notice?.provider_id,
      tags: [{ name: 'message_id', value: notice?.id }],
      bounce: { type: 'Permanent', message: 'The mailbox is full of bees.' },
    },
  };
  const request = await receive(fresh.db, null, 'resend', bounced);
  await takeProviderEvent(fresh.db, request, await prepareProviderEvent(fresh.db, {}, bounced), clock.now());
  expect(await listPutAside(fresh.db)).toMatchObject([
    { kind: 'notice', reason: 'The mailbox is full of bees.' },
  ]);
  expect(await fresh.db.selectFrom('suppression').select('address_key').execute()).toEqual([]);
});

test('mail to colleagues of a paused flow stays until the flow goes on', async () => {
  const { candidateId, flowId } = await enrol(byMail());
  await fresh.db.updateTable('flow').set({ state: 'paused' }).where('id', '=', flowId).execute();
  await house.settle();
  expect(await noticesOf(candidateId)).toMatchObject([{ status: 'queued' }]);
  await fresh.db.updateTable('flow').set({ state: 'live' }).where('id', '=', flowId).execute();
  await house.settle();
  expect(await noticesOf(candidateId)).toMatchObject([{ status: 'sent' }]);
});

test('a chat gets the text and a link, once', async () => {
  const { candidateId } = await enrol(byChat());
  await house.settle();
  await leasesEnd();
  await house.settle();
  expect(there.received).toHaveLength(1);
  expect(there.received[0]).toMatchObject({ method: 'POST', url: '/services/T0/B0/a-secret-path' });
  expect(there.received[0]?.headers['content-type']).toBe('application/json');
  expect(JSON.parse(there.received[0]?.body ?? '')).toEqual({
    text: `Inês Carvalho replied.\n<${page(candidateId)}|Inês Carvalho>`,
  });
  expect(await noticesOf(candidateId)).toMatchObject([{ via: 'chat', status: 'sent', attempts: 1 }]);
});

test('a chat that is down is tried again ever less often, and the run has gone on meanwhile', async () => {
  const { candidateId } = await enrol(byChat());
  there.answer = answering(503);
  await house.settle();
  expect(there.received).toHaveLength(1);
  const run = await fresh.db
    .selectFrom('enrolment')
    .select('status')
    .where('candidate_id', '=', candidateId)
    .executeTakeFirstOrThrow();
  expect(run.status).toBe('ended');
  clock.set(clock.now() + 29_000);
  await house.settle();
  expect(there.received).toHaveLength(1);
  there.answer = answering(429, {}, { 'retry-after': '600' });
  clock.set(clock.now() + 1000);
  await house.settle();
  clock.set(clock.now() + 9 * minute);
  await house.settle();
  expect(there.received).toHaveLength(2);
  there.answer = answering(202);
  clock.set(clock.now() + minute);
  await house.settle();
  expect(there.received).toHaveLength(3);
  expect(await noticesOf(candidateId)).toMatchObject([{ status: 'sent', attempts: 3 }]);
});

test('a chat that stays down for hours has failed, is shown, and can be tried again', async () => {
  const { candidateId } = await enrol(byChat());
  there.answer = answering(500);
  const began = clock.now();
  while ((await noticesOf(candidateId))[0]?.status !== 'failed') {
    await house.settle();
    clock.set(clock.now() + hour);
    expect(clock.now() - began).toBeLessThan(day);
  }
  const [failure] = await listPutAside(fresh.db);
  expect(failure).toMatchObject({ kind: 'notice', what: 'chat', reason: 'The chat answered 500.' });
  const before = there.received.length;
  expect(before).toBe(10);
  there.answer = answering(200);
  await tryAgain(fresh.db, 'notice', failure?.id ?? '');
  await house.settle();
  expect(there.received).toHaveLength(before + 1);
  expect(await listPutAside(fresh.db)).toEqual([]);
});

test.each([
  [404, 'The chat refused it with status 404.'],
  [302, 'The address points elsewhere; that is not followed.'],
])('an answer of %i is no matter of time', async (status, reason) => {
  await enrol(byChat());
  there.answer = answering(status, {}, { location: 'http://169.254.169.254/' });
  await house.settle();
  expect(there.received).toHaveLength(1);
  expect(await listPutAside(fresh.db)).toMatchObject([{ kind: 'notice', reason }]);
});

test('an address within the network, and a secret that is none, are refused with a reason that does not tell them', async () => {
  const inner = await addChat('http://10.0.0.1/services/hush');
  await enrol(byChat({ secretId: inner }));
  await house.settle();
  const noAddress = await addChat('whsec_something-else-hush');
  await enrol(byChat({ secretId: noAddress }));
  await house.settle();
  const reasons = (await listPutAside(fresh.db)).map(({ reason }) => reason);
  expect(reasons.sort()).toEqual([
    'The address leads into a network that may not be called. WEBHOOK_ALLOW can allow it.',
    'The secret holds no address of an incoming webhook.',
  ]);
});

test('a chat whose address was forgotten after the step says so', async () => {
  const mine = await addChat(there.url);
  await enrol(byChat({ secretId: mine }));
  await removeSecret(fresh.db, mine, clock.now());
  await house.settle();
  expect(there.received).toHaveLength(0);
  expect(await listPutAside(fresh.db)).toMatchObject([
    { reason: 'The secret with the chat’s address is gone.' },
  ]);
});

test('a run that is ended tells nobody any more, neither by email nor in a chat, though a first try came to nothing', async () => {
  there.answer = answering(503);
  const posted = await enrol({ ...byChat() });
  await drain(house.pumps);
  const tried = there.received.length;
  expect(await noticesOf(posted.candidateId)).toMatchObject([{ status: 'queued', attempts: 1 }]);
  const mailed = await enrol(byMail());
  for (const { candidateId } of [posted, mailed]) {
    const run = await fresh.db
      .selectFrom('enrolment')
      .select(['id', 'status'])
      .where('candidate_id', '=', candidateId)
      .executeTakeFirstOrThrow();
    // It has come to its end already; ending is for those on their way.
    await fresh.db
      .updateTable('enrolment')
      .set({ status: 'open', node_id: 'tell', ended_at: null, end_reason: null })
      .where('id', '=', run.id)
      .execute();
    expect(await stopEnrolment(fresh.db, run.id, 'me', clock.now())).toBe('exited');
    expect(await noticesOf(candidateId)).toMatchObject([{ status: 'cancelled', reason: 'stopped' }]);
  }
  there.answer = answering(200);
  clock.set(clock.now() + hour);
  await leasesEnd();
  await drain(house.pumps);
  expect(there.received).toHaveLength(tried);
  expect(await listCaught(fresh.db, { limit: 9, after: null })).toEqual([]);
});
