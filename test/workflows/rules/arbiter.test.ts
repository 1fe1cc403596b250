/** The contact arbiter on the real database: one budget a candidate, decided under her lock, every refusal in the ledger. */
import { sql } from 'kysely';
import { beforeEach, expect, test } from 'vitest';
import { connect } from '../../../db/connect.ts';
import { readContact, storeContact } from '../../../db/queries/contact-settings.ts';
import { placeHolds, releaseHolds } from '../../../db/queries/holds.ts';
import { answerConsent } from '../../../db/queries/invitations.ts';
import { lockCandidates } from '../../../db/queries/lock.ts';
import { cancelUnsent, suppress } from '../../../db/queries/messages.ts';
import { claimBatch, settleAccepted, settleRefused } from '../../../db/queries/outbox.ts';
import type { ContactSettings, FlowContact } from '../../../engine/contact/settings.ts';
import { addCandidate, addTemplate, day, hour, minute, publish } from '../../harness/house.ts';
import { chain, clock, fresh, house, publishChain, record, standOnEmptyGround, template } from './stage.ts';

standOnEmptyGround();
const workspace = (contact: Partial<ContactSettings>) =>
  sql`update workspace set settings = settings || jsonb_build_object('contact', ${JSON.stringify(contact)}::jsonb)`.execute(
    fresh.db,
  );
beforeEach(() => workspace({}));

const mailing = (contact?: FlowContact, data: Record<string, unknown> = {}) =>
  publishChain(
    [
      ['start', 'manual'],
      ['mail', 'send-email', { templateId: template, ...data }],
      ['end', 'end'],
    ],
    { reentry: 'always', ...(contact ? { contact } : {}) },
  );
/** Everything but the deliverer. */
const prepare = async () => {
  const pumps = house.pumps.filter((pump) => pump.name !== 'deliver-email');
  for (let claimed = 1; claimed > 0; ) {
    claimed = 0;
    for (const pump of pumps) claimed += await pump.round();
  }
};
const write = async (candidateId: string, ...flows: { flowId: string }[]) => {
  for (const { flowId } of flows)
    await record(candidateId, { type: 'enrolment.requested', data: { flowId } });
  await prepare();
};
const messages = () =>
  fresh.db
    .selectFrom('message')
    .leftJoin('email_queue', 'email_queue.message_id', 'message.id')
    .leftJoin('flow', 'flow.id', 'message.flow_id')
    .select(['message.id', 'message.status', 'message.reason', 'sent_at', 'not_before', 'flow_id'])
    .orderBy('message.created_at')
    .orderBy('message.id')
    .execute();
const decisions = async () =>
  (await fresh.db.selectFrom('contact_decision').selectAll().orderBy('at').orderBy('id').execute()).map(
    ({ verdict, code, until }) => ({ verdict, code, until: until?.getTime() ?? null }),
  );
const sent = async () => (await messages()).filter((one) => one.status === 'delivered').length;
const ana = () => addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example', timeZone: 'UTC' });
const held = (candidateId: string, until: number, covers: 'nurture' | 'everything' = 'nurture') =>
  fresh.db.transaction().execute(async (trx) => {
    await lockCandidates(trx, [candidateId]);
    await placeHolds(trx, [
      { candidateId, until, covers, reason: '', by: { kind: 'person', id: 'me' }, now: clock.now() },
    ]);
  });
const pass = async (ms: number) => {
  clock.set(clock.now() + ms);
  await house.settle();
};

test('hiring mail is not limited; of staying in touch the cap leaves what it says, and tells when the next may go', async () => {
  const [hiring, touch] = [await mailing(), await mailing({ class: 'nurture' })];
  const candidate = await ana();
  await write(candidate, hiring, hiring, hiring, touch, touch, touch);
  const started = clock.now();
  await house.settle();
  expect(await sent()).toBe(5);
  expect(await decisions()).toEqual([{ verdict: 'defer', code: 'cap', until: started + 7 * day }]);
  await pass(7 * day - 1);
  expect(await sent()).toBe(5);
  await pass(1);
  expect(await sent()).toBe(6);
});

test('two workers at the cap spend it once, whatever each has claimed', async () => {
  const touch = await mailing({ class: 'nurture' });
  const candidate = await ana();
  await write(candidate, touch, touch, touch, touch, touch, touch);
  const db = connect(fresh.url, { max: 5, name: 'another worker' });
  const claim = (from: typeof db) =>
    claimBatch(from, { limit: 2, transport: 'catcher', now: clock.now(), encode: () => '[]' });
  try {
    const claimed = await Promise.all([claim(fresh.db), claim(db), claim(db)]);
    const leaving = claimed.flatMap(({ batch }) => batch?.messageIds ?? []);
    expect(leaving).toHaveLength(2);
    expect(claimed.map((one) => one.claimed)).toEqual([2, 2, 2]);
  } finally {
    await db.destroy();
  }
  expect(await decisions()).toEqual(
    Array.from({ length: 4 }, () => ({ verdict: 'defer', code: 'cap', until: clock.now() + 7 * day })),
  );
});

test('what the provider refused is no contact: its place in the budget is free again', async () => {
  const touch = await mailing({ class: 'nurture' });
  const candidate = await ana();
  await write(candidate, touch, touch);
  const claim = () =>
    claimBatch(fresh.db, { limit: 9, transport: 'catcher', now: clock.now(), encode: () => '[]' });
  const { batch } = await claim();
  const refusal = { now: clock.now(), retryAfterSeconds: 0, blame: false, attempts: 1 };
  await settleRefused(fresh.db, batch?.id ?? '', 'too many at once', refusal);
  expect((await claim()).batch?.messageIds).toEqual(batch?.messageIds);
});

test('what is on its way counts until it has left, and from then on by when it left', async () => {
  const touch = await mailing({ class: 'nurture' });
  const candidate = await ana();
  await write(candidate, touch, touch);
  const { batch } = await claimBatch(fresh.db, {
    limit: 9,
    transport: 'catcher',
    now: clock.now(),
    encode: () => '[]',
  });
  clock.set(clock.now() + 20 * hour);
  await settleAccepted(fresh.db, batch?.id ?? '', ['a', 'b'], { now: clock.now(), delivered: true });
  const left = clock.now();
  await write(candidate, touch);
  await house.settle();
  expect(await decisions()).toEqual([{ verdict: 'defer', code: 'cap', until: left + 7 * day }]);
});

test('among what waits for the same candidate, hiring goes before staying in touch, and that by its priority', async () => {
  await workspace({ caps: [{ classes: ['process', 'nurture'], most: 1, days: 1 }] });
  const low = await mailing({ class: 'nurture' });
  const high = await mailing({ class: 'nurture', priority: 10 });
  const hiring = await mailing({ class: 'process' });
  const candidate = await ana();
  await write(candidate, low, high, hiring);
  const order: (string | null)[] = [];
  for (let n = 0; n < 3; n++) {
    // One at a time, the oldest first: the arbiter sees the others all the same.
    for (let tries = 0; tries < 3; tries++) {
      const { batch } = await claimBatch(fresh.db, {
        limit: 1,
        transport: 'catcher',
        now: clock.now(),
        encode: () => '[]',
      });
      if (!batch) continue;
      await settleAccepted(fresh.db, batch.id, ['x'], { now: clock.now(), delivered: true });
      order.push((await messages()).find((one) => one.id === batch.messageIds[0])?.flow_id ?? null);
    }
    clock.set(clock.now() + day);
  }
  expect(order).toEqual([hiring.flowId, high.flowId, low.flowId]);
});

test('a hold that is set after a mail was queued keeps it, but not hiring mail; when it ends, the mail leaves exactly once', async () => {
  const [hiring, touch] = [await mailing(), await mailing({ class: 'nurture' })];
  const candidate = await ana();
  await write(candidate, hiring, touch);
  const until = clock.now() + 3 * day;
  await held(candidate, until);
  await house.settle();
  expect(await sent()).toBe(1);
  expect(await decisions()).toEqual([{ verdict: 'defer', code: 'held', until }]);
  await pass(3 * day - 1);
  expect(await sent()).toBe(1);
  await pass(1);
  await pass(day);
  expect(await sent()).toBe(2);
  expect(await decisions()).toHaveLength(1);
  expect(await fresh.db.selectFrom('caught_mail').select('id').execute()).toHaveLength(2);
});

test('a hold that is released early lets go at once what waited for it, and nothing else', async () => {
  const touch = await mailing({ class: 'nurture' });
  const later = await mailing({ class: 'nurture' }, { sendFrom: '20:00' });
  const candidate = await ana();
  await write(candidate, touch, later);
  await held(candidate, clock.now() + 14 * day);
  await house.settle();
  expect(await sent()).toBe(0);
  clock.set(clock.now() + minute);
  await fresh.db.transaction().execute(async (trx) => {
    await lockCandidates(trx, [candidate]);
    expect(await releaseHolds(trx, [candidate], clock.now())).toEqual([candidate]);
    expect(await releaseHolds(trx, [candidate], clock.now())).toEqual([]);
  });
  await house.settle();
  expect(await sent()).toBe(1);
  await pass(6 * hour);
  expect(await sent()).toBe(2);
});

test('a hold over everything holds hiring mail, too', async () => {
  const hiring = await mailing();
  const candidate = await ana();
  await write(candidate, hiring);
  await held(candidate, clock.now() + day, 'everything');
  await house.settle();
  expect(await sent()).toBe(0);
  await pass(day);
  expect(await sent()).toBe(1);
});

test('whoever unsubscribes while her mail waits for the hold’s end does not get it', async () => {
  const touch = await mailing({ class: 'nurture' });
  const candidate = await ana();
  await write(candidate, touch);
  await held(candidate, clock.now() + 3 * day);
  await house.settle();
  await fresh.db
    .transaction()
    .execute((trx) => suppress(trx, 'ana@costa.example', 'unsubscribed', null, clock.now()));
  await pass(4 * day);
  expect(await messages()).toMatchObject([
    { status: 'cancelled', reason: expect.stringContaining('Asked us') },
  ]);
  expect(await fresh.db.selectFrom('email_queue').select('message_id').execute()).toEqual([]);
});

test('a mail waits for its hours on the candidate’s clock; a window that closes meanwhile opens again the next day', async () => {
  // It is Monday 14:32 UTC, 09:32 in New York.
  const nine = Date.UTC(2026, 10, 23, 22);
  const touch = await mailing({ class: 'nurture' }, { sendFrom: '17:00', sendTo: '18:00' });
  const candidate = await addCandidate(fresh.db, {
    name: 'Ana Costa',
    email: 'ana@costa.example',
    timeZone: 'America/New_York',
  });
  await write(candidate, touch);
  expect(await decisions()).toEqual([{ verdict: 'defer', code: 'hours', until: nine }]);
  const step = await fresh.db
    .selectFrom('step')
    .select('detail')
    .where('node_id', '=', 'mail')
    .executeTakeFirstOrThrow();
  expect(step.detail).toMatchObject({ notBefore: new Date(nine).toISOString(), zone: 'America/New_York' });
  // Nobody was at work during the hour.
  clock.set(nine + 2 * hour);
  await house.settle();
  expect(await sent()).toBe(0);
  await pass(22 * hour);
  expect(await sent()).toBe(1);
  expect((await messages())[0]?.sent_at?.getTime()).toBe(nine + day);
});

test('whoever moves house while a mail waits for its hours gets it within them on the clock of where she lives now', async () => {
  const touch = await mailing({ class: 'nurture' }, { sendFrom: '17:00', sendTo: '18:00' });
  const candidate = await ana();
  await write(candidate, touch);
  const five = Date.UTC(2026, 10, 23, 17);
  expect(await decisions()).toEqual([{ verdict: 'defer', code: 'hours', until: five }]);
  await fresh.db
    .updateTable('candidate')
    .set({ time_zone: 'America/New_York' })
    .where('id', '=', candidate)
    .execute();
  clock.set(five);
  await house.settle();
  expect(await sent()).toBe(0);
  await pass(5 * hour);
  expect((await messages())[0]?.sent_at?.getTime()).toBe(five + 5 * hour);
});

test('working hours of the workspace hold for all but hiring; a flow has its own, an urgent step none', async () => {
  await workspace({ hours: [{ from: '08:00', to: '12:00', days: [1, 2, 3, 4, 5] }] });
  const tuesday = Date.UTC(2026, 10, 24, 8);
  const flows = {
    hiring: await mailing(),
    touch: await mailing({ class: 'nurture' }),
    own: await mailing({
      class: 'nurture',
      hours: { from: '15:00', to: '20:00', days: [1, 2, 3, 4, 5, 6, 7] },
    }),
    urgent: await mailing({ class: 'nurture' }, { urgent: true }),
  };
  for (const [index, flow] of Object.values(flows).entries())
    await write(
      await addCandidate(fresh.db, {
        name: `Ana${index}`,
        email: `ana${index}@costa.example`,
        timeZone: 'UTC',
      }),
      flow,
    );
  await house.settle();
  const waiting = new Map((await messages()).map((one) => [one.flow_id, one.not_before?.getTime() ?? null]));
  expect(waiting.get(flows.hiring.flowId)).toBeNull();
  expect(waiting.get(flows.urgent.flowId)).toBeNull();
  expect(waiting.get(flows.touch.flowId)).toBe(tuesday);
  expect(waiting.get(flows.own.flowId)).toBe(Date.UTC(2026, 10, 23, 15));
});

test('a mail that would come too late is skipped when it has become stale, with the reason, and not sent after', async () => {
  const touch = await mailing({ class: 'nurture' }, { skipAfter: 'P2D' });
  const candidate = await ana();
  await write(candidate, touch);
  await held(candidate, clock.now() + 14 * day);
  await house.settle();
  expect(await decisions()).toEqual([{ verdict: 'defer', code: 'held', until: clock.now() + 2 * day }]);
  await pass(2 * day);
  expect(await messages()).toMatchObject([{ status: 'cancelled', reason: 'It would have come too late' }]);
  expect((await decisions()).at(-1)).toEqual({ verdict: 'skip', code: 'stale', until: null });
  await pass(20 * day);
  expect(await sent()).toBe(0);
});

test('an exit while a mail waits for its hours cancels it, though the run has come to its end', async () => {
  const touch = await mailing({ class: 'nurture' }, { sendFrom: '20:00' });
  const candidate = await ana();
  await write(candidate, touch);
  await record(candidate, { type: 'candidate.hired' });
  await pass(day);
  expect(await messages()).toMatchObject([{ status: 'cancelled', reason: 'exit:candidate.hired' }]);
});

test('the goal that ends a run cancels the mail that still waits for its hours, though the run is over', async () => {
  const goal = { events: ['interview.booked'], window: 'P30D', exit: true };
  const later: FlowContact = {
    class: 'nurture',
    hours: { from: '20:00', to: '22:00', days: [1, 2, 3, 4, 5, 6, 7] },
  };
  const touch = await publishChain(
    [
      ['start', 'manual'],
      ['mail', 'send-email', { templateId: template }],
      ['end', 'end'],
    ],
    { goal, contact: later },
  );
  const candidate = await ana();
  await write(candidate, touch);
  await record(candidate, { type: 'interview.booked' });
  await pass(day);
  expect(await messages()).toMatchObject([{ status: 'cancelled', reason: 'goal:interview.booked' }]);
});

test('consent that is withdrawn keeps all but hiring mail from being written, and from leaving', async () => {
  const linked = await addTemplate(fresh.db, 'May we?', 'May we?', '[Answer]({{ link }})', clock.now());
  const asking = chain([
    ['start', 'manual'],
    ['ask', 'request-consent', { templateId: linked.id, lasts: 'P2Y' }],
    ['end', 'end'],
  ]);
  const templates = { [linked.id]: linked.versionId };
  const asks = await publish(fresh.db, asking, { templates, now: clock.now() });
  const [touch, hiring] = [await mailing({ class: 'nurture' }, { sendFrom: '20:00' }), await mailing()];
  const candidate = await ana();
  await write(candidate, asks);
  await house.settle();
  const { token } = await fresh.db.selectFrom('invitation').select('token').executeTakeFirstOrThrow();
  await write(candidate, touch);
  await answerConsent(fresh.db, token, 'withdrawn', clock.now());
  await pass(day);
  const reason = 'Consent to be written to about jobs was refused or withdrawn.';
  expect((await messages()).at(-1)).toMatchObject({ status: 'cancelled', reason });
  await write(candidate, touch, hiring);
  await house.settle();
  expect(await messages()).toHaveLength(3);
  expect((await messages()).at(-1)).toMatchObject({ status: 'delivered', flow_id: hiring.flowId });
  const skipped = await fresh.db
    .selectFrom('step')
    .select('detail')
    .where('outcome', '=', 'skipped')
    .execute();
  expect(skipped).toMatchObject([{ detail: { code: 'consent-withdrawn' } }]);

  await answerConsent(fresh.db, token, 'given', clock.now() + minute);
  await write(candidate, touch);
  await pass(6 * hour);
  expect(await sent()).toBe(3);
});

test('consent that runs out keeps all but hiring mail away, written already or not; what asks for it anew still leaves', async () => {
  const linked = await addTemplate(fresh.db, 'May we?', 'May we?', '[Answer]({{ link }})', clock.now());
  const asking = chain(
    [
      ['start', 'manual'],
      ['ask', 'request-consent', { templateId: linked.id, lasts: 'P1D' }],
      ['end', 'end'],
    ],
    { contact: { class: 'nurture' }, reentry: 'always' },
  );
  const templates = { [linked.id]: linked.versionId };
  const asks = await publish(fresh.db, asking, { templates, now: clock.now() });
  const [touch, hiring] = [await mailing({ class: 'nurture' }, { sendFrom: '20:00' }), await mailing()];
  const candidate = await ana();
  await write(candidate, asks);
  await house.settle();
  const { token } = await fresh.db.selectFrom('invitation').select('token').executeTakeFirstOrThrow();
  await answerConsent(fresh.db, token, 'given', clock.now());
  // Written while it holds, for the hour at which it has run out.
  await pass(day - hour);
  await write(candidate, touch);
  await pass(day);
  const reason = 'Consent to be written to about jobs has run out.';
  expect((await messages()).at(-1)).toMatchObject({ status: 'cancelled', reason });
  await write(candidate, touch, hiring, asks);
  await pass(hour);
  const skipped = await fresh.db
    .selectFrom('step')
    .select('detail')
    .where('outcome', '=', 'skipped')
    .execute();
  expect(skipped).toMatchObject([{ detail: { code: 'consent-expired' } }]);
  expect((await messages()).slice(-2)).toMatchObject([
    { status: 'delivered', flow_id: hiring.flowId },
    { status: 'delivered', flow_id: asks.flowId },
  ]);
});

test('no mail leaves on a public holiday where she lives when it would leave; the ledger says which', async () => {
  const office = [{ from: '09:00', to: '18:00', days: [1, 2, 3, 4, 5] }];
  await workspace({ hours: office, skipHolidays: true });
  const flows = { touch: await mailing({ class: 'nurture' }), hiring: await mailing() };
  const christmas = Date.UTC(2026, 11, 25, 10);
  clock.set(christmas);
  const candidate = await ana();
  const lives = (country: string) =>
    fresh.db.updateTable('candidate').set({ country }).where('id', '=', candidate).execute();
  await lives('PT');
  await write(candidate, flows.touch, flows.hiring);
  await house.settle();
  const reasons = () => fresh.db.selectFrom('contact_decision').select(['code', 'detail', 'until']).execute();
  const monday = Date.UTC(2026, 11, 28, 9);
  expect(await reasons()).toEqual([
    { code: 'holiday', detail: { holiday: 'Christmas Day' }, until: new Date(monday) },
  ]);
  // Hiring mail has no hours to keep.
  expect(await sent()).toBe(1);
  // By then she has moved to where the Monday after Christmas on a Saturday is free instead.
  await lives('GB');
  await pass(monday - christmas);
  expect(await sent()).toBe(1);
  expect((await reasons()).at(-1)).toMatchObject({ code: 'holiday', until: new Date(monday + day) });
  await pass(day);
  expect(await sent()).toBe(2);
});

test('one that turns out not to leave takes no place: who stood behind it leaves a moment later, not a week', async () => {
  await workspace({ caps: [{ classes: ['nurture'], most: 1, days: 7 }] });
  const low = await mailing({ class: 'nurture' });
  const high = await mailing({ class: 'nurture', priority: 10 });
  const candidate = await ana();
  await write(candidate, low, high);
  const claim = () =>
    claimBatch(fresh.db, { limit: 1, transport: 'catcher', now: clock.now(), encode: () => '[]' });
  // The first claim takes the older one while the other, of more weight, is ready and seems able to leave…
  expect((await claim()).batch).toBeNull();
  expect(await decisions()).toEqual([{ verdict: 'defer', code: 'rival', until: clock.now() + minute }]);
  // …until its run is left, which cancels it.
  const [run] = await fresh.db
    .selectFrom('enrolment')
    .select('id')
    .where('flow_id', '=', high.flowId)
    .execute();
  await fresh.db.transaction().execute(async (trx) => {
    await lockCandidates(trx, [candidate]);
    await cancelUnsent(trx, run?.id ?? '', 'stopped');
  });
  expect((await claim()).batch).toBeNull();
  await pass(minute);
  const left = (await messages()).filter((one) => one.sent_at);
  expect(left.map((one) => one.flow_id)).toEqual([low.flowId]);
  expect(await decisions()).toHaveLength(1);
});

test('who stands behind one that does leave waits for the cap from then on, and is told once that it stands there', async () => {
  await workspace({ caps: [{ classes: ['nurture'], most: 1, days: 7 }] });
  const low = await mailing({ class: 'nurture' });
  const high = await mailing({ class: 'nurture', priority: 10 });
  const candidate = await ana();
  await write(candidate, low, high);
  const claim = () =>
    claimBatch(fresh.db, { limit: 1, transport: 'catcher', now: clock.now(), encode: () => '[]' });
  for (let nth = 0; nth < 3; nth++) {
    expect((await claim()).batch).toBeNull();
    // The other is busy elsewhere each time.
    await sql`update email_queue set next_at = now() where message_id <> all(select message_id from contact_decision)`.execute(
      fresh.db,
    );
    await sql`update email_queue set not_before = ${new Date(clock.now())}`.execute(fresh.db);
  }
  expect(await decisions()).toMatchObject([{ code: 'rival' }]);
  const at = clock.now();
  await pass(minute);
  expect(await sent()).toBe(1);
  expect((await decisions()).at(-1)).toMatchObject({ code: 'cap' });
  await pass(7 * day - minute);
  expect(await sent()).toBe(1);
  expect((await messages()).find((one) => one.sent_at === null)?.not_before?.getTime()).toBeLessThanOrEqual(
    at + 7 * day + minute,
  );
  await pass(minute);
  expect(await sent()).toBe(2);
});

test('when the limits of the workspace are raised, what waited for one is asked about again at once', async () => {
  const touch = await mailing({ class: 'nurture' });
  const candidate = await ana();
  await write(candidate, touch, touch, touch);
  await house.settle();
  expect(await sent()).toBe(2);
  const { settings, revision } = await readContact(fresh.db);
  expect(await storeContact(fresh.db, { ...settings, caps: [] }, revision + 1, clock.now())).toBe(false);
  await house.settle();
  expect(await sent()).toBe(2);
  expect(await storeContact(fresh.db, { ...settings, caps: [] }, revision, clock.now())).toBe(true);
  await house.settle();
  expect(await sent()).toBe(3);
});

test('a mail of a run that has come to its end is cancelled once the flow’s condition for leaving holds, and only then', async () => {
  const { flowId } = await publishChain(
    [
      ['start', 'manual'],
      ['mail', 'send-email', { templateId: template, sendFrom: '20:00' }],
      ['end', 'end'],
    ],
    { exitOn: [], exitWhen: { field: 'candidate.tags', op: 'contains', value: 'cold' } },
  );
  const [cold, warm] = [
    await ana(),
    await addCandidate(fresh.db, { name: 'Ben Okafor', email: 'ben@okafor.example', timeZone: 'UTC' }),
  ];
  for (const one of [cold, warm]) await write(one, { flowId });
  await fresh.db
    .updateTable('candidate')
    .set({ tags: ['cold'] })
    .where('id', '=', cold)
    .execute();
  for (const one of [cold, warm]) await record(one, { type: 'candidate.tagged', data: { tag: 'some' } });
  await pass(6 * hour);
  const outcome = await fresh.db.selectFrom('message').select(['candidate_id', 'status', 'reason']).execute();
  expect(outcome.find((one) => one.candidate_id === cold)).toMatchObject({
    status: 'cancelled',
    reason: 'exit-when',
  });
  expect(outcome.find((one) => one.candidate_id === warm)).toMatchObject({ status: 'delivered' });
});
