/** The email outbox: claimed in batches, stored before the call, settled after it. */
import { sql } from 'kysely';
import type { ContactClass } from '../../engine/contact/classes.ts';
import { consentRefusal, consentRefusalWords } from '../../engine/contact/consent.ts';
import { type From, mailboxOf, type Sender } from '../../engine/contact/senders.ts';
import type { MessageContact, StepContact } from '../../engine/contact/settings.ts';
import type { CandidateFacts } from '../../engine/facts.ts';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import { contactOfStep, type Refused, withinBudget, writeRefused } from './contact.ts';
import { whySuppressed } from './effects.ts';
import { cancelOfLeft } from './leaving.ts';
import { lockCandidates, MergedMeanwhile, type Trx } from './lock.ts';
import { addressKey, reachMilestones } from './messages.ts';
import { listSenders } from './senders.ts';

/** What one message is to a transport: JSON, in the provider's terms. */
export interface OutgoingMessage {
  messageId: string;
  /** Null: a mail to a colleague, which nobody unsubscribes from or answers. */
  token: string | null;
  from: string;
  to: string;
  replyTo: string | null;
  subject: string;
  html: string;
  text: string;
}

export interface Batch {
  id: string;
  /** The request's body, byte for byte. */
  body: string;
  messageIds: string[];
  /** From the injected clock. */
  firstAttemptAt: Date;
  attempts: number;
}

export const batchLeaseSeconds = 60;

/**
 * The run that wrote message `m` may have reached a goal that ends it, or what its flow's condition for leaving asks
 * for, and not have heard of it: it moves first, and either cancels the message or lets it go. What it did itself it
 * has heard.
 */
const mayHaveArrived = sql`exists (
  select from enrolment e join event ev on ev.candidate_id = e.candidate_id and ev.seq > e.seen_seq
  where e.id = m.enrolment_id and e.status in ('open', 'blocked')
    and not (ev.by_kind = 'flow' and ev.enrolment_id = e.id)
    and ('*' = any(e.exit_on) or (e.goal_at is null and ev.type = any(e.goal_events)
      and (select (v.plan->'settings'->'goal'->>'exit')::boolean from flow_version v where v.id = e.version_id))))`;

interface ClaimedMessage extends OutgoingMessage {
  candidateId: string;
  candidateStatus: 'active' | 'hired' | 'do-not-contact';
  consent: Pick<CandidateFacts, 'hasWithdrawn' | 'hasConsented' | 'consentUntil'>;
  /** It asks for consent itself. */
  asksForConsent: boolean;
  status: string;
  flowState: string | null;
  arrived: boolean;
  alone: boolean;
  contactClass: ContactClass;
  priority: number;
  sending: MessageContact | null;
  contact: StepContact | null;
  /** What its step says of whose name it bears; null: the workspace's. */
  asked: From | null;
  createdAt: Date;
}

/**
 * Takes up to `limit` queued messages, checks each again under its candidate's lock, and stores those that may
 * leave as one batch. A message that may not is cancelled with the reason; one of a paused flow stays queued.
 * Null: nothing to send. `now` in milliseconds.
 */
export async function claimBatch(
  db: Db,
  {
    limit,
    transport,
    now,
    encode,
  }: { limit: number; transport: string; now: number; encode(messages: readonly OutgoingMessage[]): string },
): Promise<{ batch: Batch | null; claimed: number }> {
  return db.transaction().execute(async (trx) => {
    const queued = await sql<{ id: string; candidateId: string; attempts: number }>`
      select q.message_id as id, m.candidate_id as "candidateId", q.attempts
      from email_queue q join message m on m.id = q.message_id left join flow f on f.id = m.flow_id
      where q.not_before <= ${new Date(now)} and q.next_at <= now() and (f.id is null or f.state = 'live') and not ${mayHaveArrived}
      order by q.not_before, q.message_id limit ${limit} for update of q skip locked`.execute(trx);
    if (queued.rows.length === 0) return { batch: null, claimed: 0 };
    // One that was refused together with others goes alone, so that it cannot take them along again.
    const [first] = queued.rows;
    const rows = first && first.attempts > 0 ? [first] : queued.rows.filter((row) => row.attempts === 0);
    const people = new Set(rows.map((row) => row.candidateId));
    await lockCandidates(trx, [...people]);
    const read = await readClaimed(
      trx,
      rows.map((row) => row.id),
    );
    // A merge may have moved a message to someone who is not locked: that one waits for the next round.
    const messages = read.filter((message) => people.has(message.candidateId));
    const able: ClaimedMessage[] = [];
    for (const message of messages) {
      const verdict = await mayLeave(trx, message, now);
      if (verdict === 'yes') able.push(message);
    }
    const named = await inNamesOfNow(trx, able, now);
    const staying = await cancelOfLeft(trx, named, now);
    const leaving = await withinBudget(trx, staying, now);
    if (leaving.length === 0) return { batch: null, claimed: rows.length };
    const batch = await storeBatch(trx, leaving, { transport, now, body: encode(leaving.map(outgoing)) });
    return { batch, claimed: rows.length };
  });
}

/**
 * A sender's name, address and copy of answers are those of now. What was to bear the name of one who is gone does not
 * leave in another's.
 */
async function inNamesOfNow<M extends ClaimedMessage>(
  trx: Trx,
  messages: readonly M[],
  now: number,
): Promise<M[]> {
  if (!messages.some(({ asked }) => asked?.kind === 'sender')) return [...messages];
  const senders = new Map((await listSenders(trx)).map((sender) => [sender.id, sender]));
  const gone: Refused[] = [];
  const named = messages.flatMap((message) => {
    if (message.asked?.kind !== 'sender') return [message];
    const sender = senders.get(message.asked.id);
    if (sender) return [{ ...message, ...bearing(message, sender) }];
    gone.push({ message, decision: { verdict: 'skip', code: 'sender-gone', detail: {} } });
    return [];
  });
  await writeRefused(trx, gone, now);
  for (const { messageId, from, replyTo } of named) {
    const before = messages.find((each) => each.messageId === messageId);
    if (before?.from === from && before.replyTo === replyTo) continue;
    await sql`update message set from_address = ${from}, reply_to = ${replyTo} where id = ${messageId}`.execute(
      trx,
    );
  }
  return named;
}

/** The first address, by which an answer finds its run, stays. */
const bearing = ({ from, replyTo }: ClaimedMessage, sender: Sender) => ({
  from: mailboxOf(sender, from),
  replyTo: [replyTo?.split(', ')[0], sender.replyTo].filter(Boolean).join(', ') || null,
});

const outgoing = ({
  messageId,
  token,
  from,
  to,
  replyTo,
  subject,
  html,
  text,
}: ClaimedMessage): OutgoingMessage => ({ messageId, token, from, to, replyTo, subject, html, text });

async function readClaimed(
  trx: Trx,
  ids: readonly string[],
): Promise<
  (ClaimedMessage & {
    suppression: { reason: 'unsubscribed' | 'bounced' | 'complained' | 'manual'; at: string } | null;
  })[]
> {
  const read = await sql<
    ClaimedMessage & {
      suppression: { reason: 'unsubscribed' | 'bounced' | 'complained' | 'manual'; at: string } | null;
      toKey: string;
    }
  >`
    select m.id as "messageId", m.token, m.from_address as "from", m.to_address as "to", m.reply_to as "replyTo", m.subject, m.html, m.text,
      m.candidate_id as "candidateId", c.status as "candidateStatus", jsonb_build_object('hasWithdrawn', c.consent_withdrawn_at is not null, 'hasConsented', c.consent_given_at is not null, 'consentUntil', c.consent_until) as consent,
      coalesce(v.plan #>> array['ops', m.node_id, 'input', 'invite', 'kind'] = 'consent', false) as "asksForConsent", m.status, f.state as "flowState", m.contact_class as "contactClass", m.priority, m.sending, ${contactOfStep} as contact, v.plan #> array['ops', m.node_id, 'input', 'from'] as asked, m.created_at as "createdAt", ${mayHaveArrived} as arrived
    from message m join candidate c on c.id = m.candidate_id left join flow f on f.id = m.flow_id left join flow_version v on v.id = m.version_id
    where m.id = any(${[...ids]}::uuid[]) order by m.id`.execute(trx);
  const keys = read.rows.map((row) => addressKey(row.to));
  const suppressed = await sql<{
    key: string;
    reason: 'unsubscribed' | 'bounced' | 'complained' | 'manual';
    at: Date;
  }>`
    select address_key as key, reason, at from suppression where address_key = any(${keys}::text[])`.execute(
    trx,
  );
  const byKey = new Map(
    suppressed.rows.map((row) => [row.key, { reason: row.reason, at: row.at.toISOString() }]),
  );
  return read.rows.map((row, index) => ({ ...row, suppression: byKey.get(keys[index] as string) ?? null }));
}

type Checked = Awaited<ReturnType<typeof readClaimed>>[number];

/** Everything that may have changed since it was rendered. Also settles what may not leave. */
async function mayLeave(trx: Trx, message: Checked, now: number): Promise<'yes' | 'no'> {
  if (message.status !== 'queued') {
    await sql`delete from email_queue where message_id = ${message.messageId}`.execute(trx);
    return 'no';
  }
  const suppression = message.suppression
    ? { reason: message.suppression.reason, at: new Date(message.suppression.at) }
    : null;
  const refusal = consentRefusal(message.contactClass, message.consent, message.asksForConsent, now);
  const why = refusal
    ? `${consentRefusalWords[refusal]}.`
    : whySuppressed({ candidate: { status: message.candidateStatus } }, suppression);
  if (why !== null) {
    await sql`update message set status = 'cancelled', reason = ${why} where id = ${message.messageId}`.execute(
      trx,
    );
    await sql`delete from email_queue where message_id = ${message.messageId}`.execute(trx);
    return 'no';
  }
  // Paused, or arrived, since the queue was read: it stays there.
  if (message.arrived || (message.flowState !== null && message.flowState !== 'live')) return 'no';
  return 'yes';
}

async function storeBatch(
  trx: Trx,
  messages: readonly ClaimedMessage[],
  { transport, now, body }: { transport: string; now: number; body: string },
): Promise<Batch> {
  const id = newId(now);
  const messageIds = messages.map((message) => message.messageId);
  await sql`
    with stored as (
      insert into email_batch (id, transport, body, message_ids, first_attempt_at, next_at, attempts)
      values (${id}, ${transport}, ${body}, ${messageIds}::uuid[], ${new Date(now)}, now() + make_interval(secs => ${batchLeaseSeconds}), 1)
    ), taken as (
      delete from email_queue where message_id = any(${messageIds}::uuid[])
    )
    update message set status = 'sending', batch_id = ${id}, reserved_at = ${new Date(now)} where id = any(${messageIds}::uuid[])`.execute(
    trx,
  );
  return { id, body, messageIds, firstAttemptAt: new Date(now), attempts: 1 };
}

export const claimOpenBatch = (db: Db, transport: string): Promise<Batch | null> =>
  openBatch(db, transport, 'messages');

/** A batch whose sender died, or whose outcome was not certain: to be repeated with its own key and bytes. */
export async function openBatch(
  db: Db,
  transport: string,
  carries: 'messages' | 'notices',
): Promise<Batch | null> {
  const claimed = await sql<Batch>`
    update email_batch set attempts = attempts + 1, next_at = now() + make_interval(secs => ${batchLeaseSeconds})
    where id = (select id from email_batch where state = 'open' and carries = ${carries} and transport = ${transport} and next_at <= now() order by next_at limit 1 for update skip locked)
    returning id, body, message_ids as "messageIds", first_attempt_at as "firstAttemptAt", attempts`.execute(
    db,
  );
  return claimed.rows[0] ?? null;
}

/**
 * Locks everyone in a batch, and the batch. Null: it is settled already.
 * @throws {MergedMeanwhile} when someone in it was merged before the locks were there.
 */
async function lockBatch(
  trx: Trx,
  batchId: string,
): Promise<{ messageIds: string[]; attempts: number } | null> {
  const before = await peopleIn(trx, batchId);
  await lockCandidates(trx, before);
  const after = await peopleIn(trx, batchId);
  if (after.some((id) => !before.includes(id))) throw new MergedMeanwhile();
  return lockOpen(trx, batchId);
}

/** The batch alone. Null: it is settled already. */
export async function lockOpen(
  trx: Trx,
  batchId: string,
): Promise<{ messageIds: string[]; attempts: number } | null> {
  const open = await sql<{ messageIds: string[]; attempts: number }>`
    select message_ids as "messageIds", attempts from email_batch where id = ${batchId} and state = 'open' for update`.execute(
    trx,
  );
  return open.rows[0] ?? null;
}

async function peopleIn(trx: Trx, batchId: string): Promise<string[]> {
  const people = await sql<{ id: string }>`
    select distinct candidate_id as id from message where batch_id = ${batchId} order by 1`.execute(trx);
  return people.rows.map((row) => row.id);
}

/** The provider took it: `providerIds` in the order of the batch. `delivered`: it also arrived (the mail catcher). */
export async function settleAccepted(
  db: Db,
  batchId: string,
  providerIds: readonly string[],
  { now, delivered }: { now: number; delivered: boolean },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const batch = await lockBatch(trx, batchId);
    if (!batch) return;
    await sql`
      update message set provider_id = given.provider_id, reason = case when status = 'sending' then null else reason end
      from unnest(${batch.messageIds}::uuid[], ${[...providerIds]}::text[]) as given (id, provider_id) where message.id = given.id`.execute(
      trx,
    );
    await sql`update email_batch set state = 'sent', body = '' where id = ${batchId}`.execute(trx);
    const messages = await refs(trx, batch.messageIds);
    await reachMilestones(trx, messages, { kind: 'sent', at: now }, now);
    if (delivered) await reachMilestones(trx, messages, { kind: 'delivered', at: now }, now);
  });
}

const refs = (trx: Trx, ids: readonly string[]) =>
  trx
    .selectFrom('message')
    .select([
      'id',
      'candidate_id as candidateId',
      'application_id as applicationId',
      'enrolment_id as enrolmentId',
      'version_id as versionId',
      'node_id as nodeId',
      'to_address as toAddress',
    ])
    .where('id', 'in', [...ids])
    .orderBy('id')
    .execute();

/** A definite refusal: the batch is dissolved and every check runs again. A message refused alone has failed. */
export async function settleRefused(
  db: Db,
  batchId: string,
  why: string,
  {
    now,
    retryAfterSeconds,
    blame,
    attempts,
  }: { now: number; retryAfterSeconds: number; blame: boolean; attempts: number },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const batch = await lockBatch(trx, batchId);
    // Someone else repeats it meanwhile, with the same key: theirs is the answer that counts.
    if (!batch || batch.attempts !== attempts) return;
    await sql`update email_batch set state = 'dissolved', body = '', last_error = ${why} where id = ${batchId}`.execute(
      trx,
    );
    if (blame && batch.messageIds.length === 1) {
      await reachMilestones(
        trx,
        await refs(trx, batch.messageIds),
        { kind: 'failed', at: now, reason: why },
        now,
      );
      return;
    }
    // Whoever left the flow while it was on its way gave it a reason not to go.
    await sql`
      update message set status = case when reason is null then 'queued' else 'cancelled' end, batch_id = null, reserved_at = null
      where id = any(${batch.messageIds}::uuid[]) and status = 'sending'`.execute(trx);
    await sql`
      insert into email_queue (message_id, next_at, attempts)
      select id, now() + make_interval(secs => ${retryAfterSeconds}), ${blame ? 1 : 0} from message
      where id = any(${batch.messageIds}::uuid[]) and status = 'queued' on conflict do nothing`.execute(trx);
  });
}

/** Nobody knows whether it left: it is repeated in `seconds`, with the same key and the same bytes. */
export async function repeatBatch(
  db: Db,
  batchId: string,
  why: string,
  { seconds, attempts }: { seconds: number; attempts: number },
): Promise<void> {
  await sql`update email_batch set next_at = now() + make_interval(secs => ${seconds}), last_error = ${why} where id = ${batchId} and state = 'open' and attempts = ${attempts}`.execute(
    db,
  );
}

/** Too late to repeat: the provider has forgotten the key. A webhook of the provider or a person settles it. */
export async function settleUnknown(db: Db, batchId: string, why: string): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const batch = await lockBatch(trx, batchId);
    if (!batch) return;
    await sql`update email_batch set state = 'unknown', last_error = ${why} where id = ${batchId}`.execute(
      trx,
    );
    await sql`update message set status = 'unknown', reason = ${why} where id = any(${batch.messageIds}::uuid[]) and status = 'sending'`.execute(
      trx,
    );
  });
}

/** Whether a request would have anything to carry. */
export async function hasMailToSend(db: Db, transport: string, now: number): Promise<boolean> {
  const found = await sql<{ any: boolean }>`
    select exists (
        select from email_queue q join message m on m.id = q.message_id left join flow f on f.id = m.flow_id
        where q.not_before <= ${new Date(now)} and q.next_at <= now() and (f.id is null or f.state = 'live') and not ${mayHaveArrived})
      or exists (select from email_batch where state = 'open' and carries = 'messages' and transport = ${transport} and next_at <= now()) as any`.execute(
    db,
  );
  return found.rows[0]?.any ?? false;
}
