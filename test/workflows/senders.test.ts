/** In whose name mails leave, that answers find their run all the same, and that one bad address stops nobody else. */

import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '../../db/id.ts';
import { listCaught, readCaught } from '../../db/queries/catcher.ts';
import { recordEvents } from '../../db/queries/events.ts';
import { lockCandidates } from '../../db/queries/lock.ts';
import { changeSender, insertSender } from '../../db/queries/senders.ts';
import { advancing } from '../../workflows/context.ts';
import { prepareProviderEvent, takeProviderEvent } from '../../workflows/intake/resend.ts';
import { resend } from '../../workflows/transports/resend.ts';
import { flow } from '../contract/flows.ts';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';
import { type FakeResend, fakeResend } from '../harness/fake-resend.ts';
import {
  addCandidate,
  addTemplate,
  type House,
  houseOn,
  publish,
  receive,
  testClock,
  testHouse,
} from '../harness/house.ts';

let fresh: FreshDatabase;
let provider: FakeResend;
const clock = testClock();
let provided: House;
let marta: string;
let careers: string;
let template: { id: string; versionId: string };

beforeAll(async () => {
  fresh = await freshDatabase();
  provider = await fakeResend({ now: clock.now });
  marta = newId();
  await fresh.db
    .insertInto('user')
    .values({ id: marta, name: 'Marta "Mo" Dias', email: 'marta@halden.example', role: 'recruiter' })
    .execute();
  const sender = {
    name: 'Halden careers',
    address: 'careers@halden.example',
    replyTo: 'desk@halden.example',
  };
  careers = (await insertSender(fresh.db, sender, clock.now())) as string;
  template = await addTemplate(fresh.db, 'Hello', 'Hello', 'Hello.');
  provided = houseOn(fresh.db, clock, {
    transport: resend({
      ...{ apiKey: provider.apiKey, baseUrl: provider.url, perSecond: 1000 },
      mailFrom: testHouse.mailFrom,
    }),
  });
});
afterAll(async () => {
  await provider.stop();
  await fresh.drop();
});
beforeEach(async () => {
  provider.mails.length = 0;
  await sql`truncate candidate, email_batch, caught_mail, provider_rate, inbound cascade`.execute(fresh.db);
});

/** Everything but what delivers. */
async function write(data: Record<string, unknown>): Promise<string> {
  const { db } = fresh;
  const candidateId = await addCandidate(
    db,
    { name: 'Inês Carvalho', email: `${newId()}@costa.example` },
    clock.now(),
  );
  await db.updateTable('candidate').set({ owner_id: marta }).where('id', '=', candidateId).execute();
  const graph = flow([
    { id: 'mail', type: 'send-email', data: { templateId: template.id, ...data } },
    {
      id: 'reply',
      type: 'wait-for',
      data: { event: 'message.replied', timeout: 'P9D' },
      to: { event: 'warm', timeout: 'done' },
    },
    { id: 'warm', type: 'add-tag', data: { tag: 'warm' } },
  ]);
  const { flowId } = await publish(
    db,
    { ...graph, name: newId() },
    { templates: { [template.id]: template.versionId }, now: clock.now() },
  );
  await db.transaction().execute(async (trx) => {
    await lockCandidates(trx, [candidateId]);
    await recordEvents(
      trx,
      [{ candidateId, type: 'enrolment.requested', data: { flowId }, by: { kind: 'person' } }],
      clock.now(),
    );
  });
  for (let claimed = 1; claimed > 0; ) {
    claimed = 0;
    for (const pump of provided.pumps) if (!pump.name.startsWith('deliver-')) claimed += await pump.round();
  }
  return candidateId;
}

test.each([
  [{}, testHouse.mailFrom, null],
  [{ from: 'workspace' }, testHouse.mailFrom, null],
  [{ from: 'owner' }, '"Marta \\"Mo\\" Dias" <hello@jobs.example>', null],
  [{ from: 'sender' }, '"Halden careers" <careers@halden.example>', 'desk@halden.example'],
])('a mail with %j is from %s', async (data, from, copy) => {
  await write({ ...data, ...('from' in data && data.from === 'sender' ? { senderId: careers } : {}) });
  await houseOn(fresh.db, clock).settle();
  const [row] = await listCaught(fresh.db, { limit: 9, after: null });
  const mail = await readCaught(fresh.db, row?.id ?? '');
  expect(mail?.from).toBe(from);
  expect(mail?.replyTo).toBe([`reply+${mail?.token}@jobs.example`, copy].filter(Boolean).join(', '));
});

test('a mail that waits bears its sender’s name and addresses as they are when it leaves', async () => {
  const { db } = fresh;
  const before = { name: 'The desk', address: 'desk@halden.example', replyTo: 'old@halden.example' };
  const senderId = (await insertSender(db, before, clock.now())) as string;
  await write({ from: 'sender', senderId });
  const now = { name: 'The new desk', address: 'new@halden.example', replyTo: 'copy@halden.example' };
  await changeSender(db, senderId, now);
  await houseOn(db, clock).settle();
  const [row] = await listCaught(db, { limit: 9, after: null });
  const mail = await readCaught(db, row?.id ?? '');
  expect(mail?.from).toBe('"The new desk" <new@halden.example>');
  expect(mail?.replyTo).toBe(`reply+${mail?.token}@jobs.example, copy@halden.example`);
});

test('an answer to a sender’s mail reaches the run, and whoever reads along', async () => {
  const candidateId = await write({ from: 'sender', senderId: careers });
  await provided.settle();
  const [mail] = provider.mails;
  const addresses = mail?.reply_to as string[];
  expect(addresses).toEqual([expect.stringMatching(/^reply\+[\w-]+@jobs\.example$/), 'desk@halden.example']);
  const id = provider.receive({
    from: mail?.to[0] ?? '',
    to: addresses,
    subject: 'Re: Hello',
    text: 'Gladly.',
  });
  const payload = {
    type: 'email.received',
    created_at: new Date(clock.now()).toISOString(),
    data: { email_id: id, from: mail?.to[0], to: addresses, subject: 'Re: Hello' },
  };
  const request = await receive(fresh.db, null, 'resend', payload);
  const settings = { RESEND_API_KEY: provider.apiKey, RESEND_BASE_URL: provider.url };
  await takeProviderEvent(
    fresh.db,
    request,
    await prepareProviderEvent(fresh.db, settings, payload),
    clock.now(),
  );
  const run = await fresh.db
    .selectFrom('enrolment')
    .select('id')
    .where('candidate_id', '=', candidateId)
    .executeTakeFirstOrThrow();
  await advancing(provided.context, run.id, clock.now());
  const { tags } = await fresh.db
    .selectFrom('candidate')
    .select('tags')
    .where('id', '=', candidateId)
    .executeTakeFirstOrThrow();
  expect(tags).toEqual(['warm']);
});

test('a sender whom the provider does not know fails alone, with the provider’s reason; other mail leaves', async () => {
  const bad = await write({ from: 'sender', senderId: careers });
  const good = await write({ from: 'owner' });
  const refusal = {
    status: 403,
    name: 'validation_error',
    message: 'The halden.example domain is not verified.',
  };
  // Together, then the first one alone.
  provider.mishaps.push(refusal, refusal);
  for (let n = 0; n < 3; n++) {
    await provided.settle();
    await sql`update email_queue set next_at = now() - interval '1 second'`.execute(fresh.db);
  }
  const statuses = await fresh.db
    .selectFrom('message')
    .select(['candidate_id', 'status', 'reason'])
    .execute();
  expect(statuses.find((one) => one.candidate_id === bad)).toMatchObject({
    status: 'failed',
    reason: 'Resend refused: The halden.example domain is not verified.',
  });
  expect(statuses.find((one) => one.candidate_id === good)?.status).toBe('sent');
  expect(provider.mails.map((mail) => mail.from)).toEqual(['"Marta \\"Mo\\" Dias" <hello@jobs.example>']);
});

test('the workspace’s own address that the provider does not know stops the mail, and fails none of it', async () => {
  await write({});
  provider.mishaps.push({ status: 403, name: 'validation_error', message: 'The domain is not verified.' });
  await provided.settle();
  const [message] = await fresh.db.selectFrom('message').select('status').execute();
  expect(message?.status).toBe('queued');
});
