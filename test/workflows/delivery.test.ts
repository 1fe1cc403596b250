/** The outbox, with the real SDK against a strict provider: once, whatever happens to the call. */

import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { newId } from '../../db/id.ts';
import { queueMessages } from '../../db/queries/effects.ts';
import { recordEvents } from '../../db/queries/events.ts';
import { lockCandidates } from '../../db/queries/lock.ts';
import { suppress } from '../../db/queries/messages.ts';
import { graphSchema } from '../../engine/flow/schema.ts';
import { resend } from '../../workflows/transports/resend.ts';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';
import { type FakeResend, fakeResend } from '../harness/fake-resend.ts';
import {
  addCandidate,
  addTemplate,
  type House,
  hour,
  houseOn,
  publish,
  type TestClock,
  testClock,
} from '../harness/house.ts';

let fresh: FreshDatabase;
let provider: FakeResend;
let clock: TestClock;
let house: House;

beforeAll(async () => {
  fresh = await freshDatabase();
});
afterAll(() => fresh.drop());
beforeEach(async () => {
  clock = testClock();
  provider = await fakeResend({ now: clock.now });
  house = houseOn(fresh.db, clock, {
    transport: resend({ apiKey: provider.apiKey, baseUrl: provider.url, perSecond: 1000 }),
  });
  await sql`truncate candidate, email_batch, suppression, provider_rate, flow, template cascade`.execute(
    fresh.db,
  );
});
afterEach(() => provider.stop());

/** A published flow, its template, and somebody in it. */
async function someFlow() {
  const template = await addTemplate(fresh.db, 'Hello', 'Hello', 'Hello.');
  const at = { x: 0, y: 0 };
  const graph = graphSchema.parse({
    name: 'Hello',
    settings: { exitOn: ['candidate.hired', 'message.unsubscribed'] },
    nodes: [
      { id: 'start', type: 'manual', position: at, data: {} },
      { id: 'mail', type: 'send-email', position: at, data: { templateId: template.id } },
      { id: 'reply', type: 'wait-for', position: at, data: { event: 'message.replied', timeout: 'P14D' } },
      { id: 'end', type: 'end', position: at, data: {} },
    ],
    edges: [
      { id: 'a', source: 'start', sourceHandle: 'next', target: 'mail' },
      { id: 'b', source: 'mail', sourceHandle: 'next', target: 'reply' },
      { id: 'c', source: 'reply', sourceHandle: 'event', target: 'end' },
      { id: 'd', source: 'reply', sourceHandle: 'timeout', target: 'end' },
    ],
  });
  return {
    ...(await publish(fresh.db, graph, { templates: { [template.id]: template.versionId } })),
    template,
  };
}

async function enrol(flowId: string, name: string): Promise<string> {
  const candidateId = await addCandidate(fresh.db, { name, email: `${name.toLowerCase()}@costa.example` });
  await fresh.db.transaction().execute(async (trx) => {
    await lockCandidates(trx, [candidateId]);
    await recordEvents(
      trx,
      [{ candidateId, type: 'enrolment.requested', data: { flowId }, by: { kind: 'person' } }],
      clock.now(),
    );
  });
  return candidateId;
}

/** Everything but the deliverer. */
const prepare = async () => {
  const pumps = house.pumps.filter((pump) => pump.name !== 'deliver-email');
  for (let claimed = 1; claimed > 0; ) {
    claimed = 0;
    for (const pump of pumps) claimed += await pump.round();
  }
};
const deliver = () => house.pumps.find((pump) => pump.name === 'deliver-email')?.round();
/** As if the lease or back-off had run out. */
const hurry = () =>
  sql`update email_batch set next_at = now()`
    .execute(fresh.db)
    .then(() => sql`update email_queue set next_at = now()`.execute(fresh.db));
const statuses = async () =>
  (await fresh.db.selectFrom('message').select('status').orderBy('id').execute()).map((row) => row.status);

test('many messages leave in one request, with one-click unsubscribe and a reply address of their own', async () => {
  const { flowId } = await someFlow();
  for (const name of ['Ana', 'Rui', 'Eva']) await enrol(flowId, name);
  await prepare();
  await deliver();
  expect(provider.requests).toHaveLength(1);
  expect(provider.mails.map((mail) => mail.to[0]).sort()).toEqual([
    'ana@costa.example',
    'eva@costa.example',
    'rui@costa.example',
  ]);
  const [mail] = provider.mails;
  expect(mail?.headers?.['List-Unsubscribe']).toMatch(/^<https:\/\/jobs\.example\/u\/[\w-]{32}>$/);
  expect(mail?.headers?.['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click');
  expect(mail?.reply_to).toEqual([expect.stringMatching(/^reply\+[\w-]{32}@jobs\.example$/)]);
  expect(new Set(provider.mails.map((one) => String(one.reply_to))).size).toBe(3);
  expect(await statuses()).toEqual(['sent', 'sent', 'sent']);
});

for (const mishap of ['cut-before', 'cut-after', 'error-after'] as const) {
  test(`an answer that is lost (${mishap}) is asked for again with the same key and bytes, and the mail leaves once`, async () => {
    const { flowId } = await someFlow();
    await enrol(flowId, 'Ana');
    await prepare();
    provider.mishaps.push(mishap);
    await deliver();
    expect(await statuses()).toEqual(['sending']);
    await hurry();
    await deliver();
    expect(await statuses()).toEqual(['sent']);
    expect(provider.mails).toHaveLength(1);
    expect(new Set(provider.requests.map((request) => `${request.key} ${request.size}`)).size).toBe(1);
  });
}

test('a worker that died after storing the batch is followed by one that sends the same batch', async () => {
  const { flowId } = await someFlow();
  await enrol(flowId, 'Ana');
  await prepare();
  provider.mishaps.push('cut-after');
  await deliver();
  const second = houseOn(fresh.db, clock, {
    transport: resend({ apiKey: provider.apiKey, baseUrl: provider.url, perSecond: 1000 }),
  });
  await hurry();
  await second.pumps.find((pump) => pump.name === 'deliver-email')?.round();
  expect(provider.mails).toHaveLength(1);
  expect(await statuses()).toEqual(['sent']);
});

test('after 23 hours without an answer a message is unknown, and never sent again', async () => {
  const { flowId } = await someFlow();
  await enrol(flowId, 'Ana');
  await prepare();
  provider.mishaps.push('cut-after');
  await deliver();
  clock.set(clock.now() + 23 * hour + 1);
  await hurry();
  await deliver();
  await hurry();
  await deliver();
  expect(await statuses()).toEqual(['unknown']);
  expect(provider.mails).toHaveLength(1);
});

test('one message that the provider refuses does not take the others along', async () => {
  const { flowId } = await someFlow();
  const bad = await enrol(flowId, 'Ana');
  await enrol(flowId, 'Rui');
  await prepare();
  await fresh.db
    .updateTable('message')
    .set({ to_address: 'not an address' })
    .where('candidate_id', '=', bad)
    .execute();
  for (let round = 0; round < 6; round++) {
    await deliver();
    await hurry();
  }
  expect(provider.mails.map((mail) => mail.to[0])).toEqual(['rui@costa.example']);
  const failed = await fresh.db
    .selectFrom('message')
    .select(['status', 'reason'])
    .where('candidate_id', '=', bad)
    .executeTakeFirstOrThrow();
  expect(failed).toEqual({ status: 'failed', reason: 'Resend refused: Invalid `to` field.' });
});

test('a quota stops everything, says why, and loses nothing', async () => {
  const { flowId } = await someFlow();
  await enrol(flowId, 'Ana');
  await prepare();
  provider.mishaps.push({
    status: 429,
    name: 'daily_quota_exceeded',
    message: 'You have reached your daily email sending quota.',
  });
  await deliver();
  expect(await statuses()).toEqual(['queued']);
  const rate = await fresh.db.selectFrom('provider_rate').selectAll().executeTakeFirstOrThrow();
  expect(rate.stopped_reason).toMatch(/daily quota/);
  await hurry();
  await deliver();
  expect(provider.requests, 'nothing is asked of a provider that has stopped').toHaveLength(1);
  await sql`update provider_rate set stopped_until = now()`.execute(fresh.db);
  await hurry();
  await deliver();
  expect(await statuses()).toEqual(['sent']);
});

test('whoever unsubscribes, is hired or is marked “do not contact” after the rendering is not written to', async () => {
  const { flowId } = await someFlow();
  const [ana, rui, eva] = [
    await enrol(flowId, 'Ana'),
    await enrol(flowId, 'Rui'),
    await enrol(flowId, 'Eva'),
  ];
  await prepare();
  await fresh.db.transaction().execute(async (trx) => {
    await lockCandidates(trx, [ana, rui, eva].sort());
    await suppress(trx, 'ANA@costa.example', 'unsubscribed', null, clock.now());
    await recordEvents(
      trx,
      [{ candidateId: rui, type: 'candidate.hired', by: { kind: 'person' } }],
      clock.now(),
    );
    await trx.updateTable('candidate').set({ status: 'do-not-contact' }).where('id', '=', eva).execute();
  });
  const hired = await fresh.db
    .selectFrom('message')
    .select(['status', 'reason'])
    .where('candidate_id', '=', rui)
    .executeTakeFirstOrThrow();
  expect(hired, 'the event itself cancels it, with no pump running').toEqual({
    status: 'cancelled',
    reason: 'exit:candidate.hired',
  });
  await deliver();
  expect(provider.requests).toEqual([]);
  const told = await fresh.db
    .selectFrom('message')
    .innerJoin('candidate', 'candidate.id', 'message.candidate_id')
    .select(['candidate.first_name as name', 'message.status', 'message.reason'])
    .orderBy('name')
    .execute();
  expect(told).toEqual([
    { name: 'Ana', status: 'cancelled', reason: 'Asked us on 23 November 2026 not to write.' },
    { name: 'Eva', status: 'cancelled', reason: 'The candidate is marked “do not contact”.' },
    { name: 'Rui', status: 'cancelled', reason: 'exit:candidate.hired' },
  ]);
});

test('a paused flow’s messages stay queued and leave when it is resumed', async () => {
  const { flowId } = await someFlow();
  await enrol(flowId, 'Ana');
  await prepare();
  await fresh.db.updateTable('flow').set({ state: 'paused' }).where('id', '=', flowId).execute();
  await deliver();
  expect(await statuses()).toEqual(['queued']);
  await fresh.db.updateTable('flow').set({ state: 'live' }).where('id', '=', flowId).execute();
  await hurry();
  await deliver();
  expect(await statuses()).toEqual(['sent']);
});

test('two deliverers share the queue and the provider’s rate, and nothing leaves twice', async () => {
  const { flowId } = await someFlow();
  for (let n = 0; n < 30; n++) await enrol(flowId, `Ana${n}`);
  await prepare();
  provider.rate = 5;
  const transport = () => ({
    ...resend({ apiKey: provider.apiKey, baseUrl: provider.url, perSecond: 4 }),
    most: 3,
  });
  const houses = [
    houseOn(fresh.db, clock, { transport: transport() }),
    houseOn(fresh.db, clock, { transport: transport() }),
  ];
  const pump = async (one: House) => {
    const deliverer = one.pumps.find((each) => each.name === 'deliver-email');
    for (let round = 0; round < 40; round++) {
      await deliverer?.round();
      const open = await fresh.db
        .selectFrom('message')
        .select('id')
        .where('status', 'in', ['queued', 'sending'])
        .limit(1)
        .execute();
      if (open.length === 0) return;
    }
  };
  await Promise.all(houses.map(pump));
  expect(provider.mails).toHaveLength(30);
  expect(new Set(provider.mails.map((mail) => mail.to[0])).size).toBe(30);
  expect(provider.requests.filter((request) => request.status === 429)).toEqual([]);
});

test('a message is queued once for a visit, whoever tries again', async () => {
  const { flowId, versionId, template } = await someFlow();
  const candidateId = await enrol(flowId, 'Ana');
  await prepare();
  const enrolment = await fresh.db
    .selectFrom('enrolment')
    .select('id')
    .where('candidate_id', '=', candidateId)
    .executeTakeFirstOrThrow();
  const again = fresh.db.transaction().execute((trx) =>
    queueMessages(trx, [
      {
        id: newId(),
        candidateId,
        applicationId: null,
        enrolmentId: enrolment.id,
        flowId,
        versionId,
        nodeId: 'mail',
        visit: 1,
        templateVersionId: template.versionId,
        token: 'another',
        from: 'a@b.example',
        to: 'c@d.example',
        replyTo: 'e@f.example',
        subject: '',
        html: '',
        text: '',
        now: clock.now(),
      },
    ]),
  );
  await expect(again).rejects.toThrow(/message_step/);
});
