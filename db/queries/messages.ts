/** What becomes of messages: milestones, suppressions, replies, and what the candidate does with a link. */
import { sql } from 'kysely';
import { fold } from '../../engine/conditions/fold.ts';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import { retryConflicts } from '../transactions.ts';
import { breakCircuits } from './breaker.ts';
import { type By, recordEvents } from './events.ts';
import { lockCandidate, MergedMeanwhile, type Trx } from './lock.ts';

export type MilestoneKind =
  | 'sent'
  | 'delivered'
  | 'bounced'
  | 'complained'
  | 'opened'
  | 'clicked'
  | 'replied'
  | 'unsubscribed'
  | 'failed';

export interface MessageRef {
  id: string;
  candidateId: string;
  applicationId: string | null;
  enrolmentId: string | null;
  versionId: string | null;
  nodeId: string | null;
  toAddress: string;
}

export type MessageKey = { id?: string; token?: string };

/** Locks the message's candidate and runs `work`; null when there is no such message. */
export async function onMessage<T>(
  trx: Trx,
  by: MessageKey,
  work: (message: MessageRef) => Promise<T>,
): Promise<T | null> {
  const message = await trx
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
    .where('direction', '=', 'out')
    .where((eb) =>
      eb.and([
        ...(by.id === undefined ? [] : [eb('id', '=', by.id)]),
        ...(by.token === undefined ? [] : [eb('token', '=', by.token)]),
      ]),
    )
    .executeTakeFirst();
  if (!message) return null;
  const candidateId = await lockCandidate(trx, message.candidateId);
  if (candidateId !== message.candidateId) throw new MergedMeanwhile();
  return work(message);
}

/** Runs `work` in a transaction with the message's candidate locked; null when there is no such message. */
export const withMessage = <T>(
  db: Db,
  by: MessageKey,
  work: (trx: Trx, message: MessageRef) => Promise<T>,
): Promise<T | null> =>
  retryConflicts(() =>
    db.transaction().execute((trx) => onMessage(trx, by, (message) => work(trx, message))),
  );

/** Which status a milestone gives; one that is further along is never taken back. */
const statusOf: Partial<Record<MilestoneKind, { status: string; over: string[] }>> = {
  sent: { status: 'sent', over: ['sending', 'unknown'] },
  delivered: { status: 'delivered', over: ['sending', 'sent', 'unknown'] },
  opened: { status: 'delivered', over: ['sending', 'sent', 'unknown'] },
  clicked: { status: 'delivered', over: ['sending', 'sent', 'unknown'] },
  replied: { status: 'delivered', over: ['sending', 'sent', 'unknown'] },
  bounced: { status: 'bounced', over: ['sending', 'sent', 'delivered', 'unknown'] },
  complained: { status: 'complained', over: ['sending', 'sent', 'delivered', 'unknown'] },
  failed: { status: 'failed', over: ['queued', 'sending', 'sent', 'unknown'] },
};

const columnOf = {
  sent: 'sent_at',
  delivered: 'delivered_at',
  clicked: 'clicked_at',
  replied: 'replied_at',
} as const;

export interface Milestone {
  kind: MilestoneKind;
  /** Milliseconds: when it happened. */
  at: number;
  data?: Record<string, unknown>;
  by?: By;
  reason?: string;
}

/** Clicks and replies are each an event of their own; everything else happens to a message once. */
const repeats = new Set<MilestoneKind>(['clicked', 'replied']);

/** What starts flows says whose message it was about; a flow and a template are no one's secret. */
const startsFlows = new Set<MilestoneKind>(['bounced', 'clicked', 'replied', 'unsubscribed']);

/** Writes a milestone once a message, moves the status on, and records the events. The candidates must be locked. */
export async function reachMilestones(
  trx: Trx,
  messages: readonly MessageRef[],
  { kind, at, data = {}, by = { kind: 'provider' }, reason }: Milestone,
  now: number,
): Promise<void> {
  if (messages.length === 0) return;
  const rule = statusOf[kind];
  const column = kind in columnOf ? columnOf[kind as keyof typeof columnOf] : null;
  const rows = messages.map((message) => ({
    id: message.id,
    version_id: message.versionId,
    node_id: message.nodeId,
  }));
  const happened = new Date(at);
  const written = await sql<{ id: string; first: boolean; flowId: string | null; templateId: string | null }>`
    with given as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (id uuid, version_id uuid, node_id text)
    ), first as (
      insert into milestone (message_id, kind, version_id, node_id, at) select id, ${kind}, version_id, node_id, ${happened} from given
      on conflict do nothing returning message_id
    ), moved as (
      update message set
        status = case when status = any(${rule?.over ?? []}::text[]) then ${rule?.status ?? ''} else status end,
        reason = coalesce(${reason ?? null}, reason)
        ${column ? sql`, ${sql.ref(column)} = coalesce(${sql.ref(column)}, ${happened}::timestamptz)` : sql``}
      from given where message.id = given.id returning message.id, message.flow_id, message.template_version_id
    )
    select moved.id, first.message_id is not null as first, moved.flow_id as "flowId", v.template_id as "templateId"
    from moved left join first on first.message_id = moved.id left join template_version v on v.id = moved.template_version_id`.execute(
    trx,
  );
  const known = new Map(written.rows.map((row) => [row.id, row]));
  const aboutOf = (id: string) => ({
    ...(known.get(id)?.flowId ? { flowId: known.get(id)?.flowId } : {}),
    ...(known.get(id)?.templateId ? { templateId: known.get(id)?.templateId } : {}),
  });
  const events = messages
    .filter((message) => known.get(message.id)?.first || repeats.has(kind))
    .map((message) => ({
      candidateId: message.candidateId,
      type: `message.${kind}`,
      at,
      applicationId: message.applicationId,
      enrolmentId: message.enrolmentId,
      messageId: message.id,
      data: startsFlows.has(kind) ? { ...aboutOf(message.id), ...data } : data,
      by,
    }));
  await recordEvents(trx, events, now);
  if (!goneWrong.has(kind)) return;
  const flows = written.rows.flatMap((row) => (row.first && row.flowId ? [row.flowId] : []));
  await breakCircuits(trx, flows, now);
}

const goneWrong = new Set<MilestoneKind>(['failed', 'bounced', 'complained']);

/**
 * A run that was left cancels what has not left the house. What is on its way to the provider this moment keeps its
 * status and the reason, so that it is cancelled, too, should the provider turn it away.
 */
export async function cancelUnsent(trx: Trx, enrolmentId: string, reason: string): Promise<void> {
  await sql`
    update message set status = case when status = 'sending' then status else 'cancelled' end, reason = ${reason}
    where enrolment_id = ${enrolmentId} and direction = 'out' and status in ('held', 'queued', 'sending')`.execute(
    trx,
  );
}

export type SuppressionReason = 'unsubscribed' | 'bounced' | 'complained' | 'manual';

/** No message goes to this address from now on. What is queued for it is refused when it is claimed. */
export async function suppress(
  trx: Trx,
  address: string,
  reason: SuppressionReason,
  messageId: string | null,
  now: number,
): Promise<boolean> {
  const row = { reason, message_id: messageId, at: new Date(now) };
  const inserted = await trx
    .insertInto('suppression')
    .values({ address_key: addressKey(address), ...row })
    .onConflict((conflict) =>
      reason === 'unsubscribed'
        ? conflict.column('address_key').doUpdateSet(row).where('suppression.reason', '<>', reason)
        : conflict.doNothing(),
    )
    .returning('address_key')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** The key by which an address is found and kept unique. */
export const addressKey = (address: string): string => fold(address);

/** The one-click link of a message. Takes effect before the next message leaves. */
export async function unsubscribe(
  db: Db,
  token: string,
  now: number,
): Promise<'done' | 'already' | 'unknown'> {
  const outcome = await withMessage(db, { token }, async (trx, message) => {
    const fresh = await suppress(trx, message.toAddress, 'unsubscribed', message.id, now);
    if (!fresh) return 'already' as const;
    await reachMilestones(trx, [message], { kind: 'unsubscribed', at: now, by: { kind: 'candidate' } }, now);
    return 'done' as const;
  });
  return outcome ?? 'unknown';
}

export interface Reply {
  text: string;
  subject?: string;
  /** Milliseconds, both: when it was recorded, and when it was written. */
  now: number;
  at?: number;
  /** An out-of-office note is no reply. */
  automatic?: boolean;
  providerId?: string;
}

/** Stores what the candidate wrote back, and the event that flows wait for. The candidate must be locked. */
export async function storeReply(trx: Trx, message: MessageRef, reply: Reply): Promise<void> {
  const at = reply.at ?? reply.now;
  const sent = await trx
    .selectFrom('message')
    .select(['subject', 'reply_to', 'from_address'])
    .where('id', '=', message.id)
    .executeTakeFirstOrThrow();
  const replyId = newId(reply.now);
  await trx
    .insertInto('message')
    .values({
      id: replyId,
      candidate_id: message.candidateId,
      application_id: message.applicationId,
      enrolment_id: message.enrolmentId,
      version_id: message.versionId,
      node_id: message.nodeId,
      direction: 'in',
      token: `in-${replyId}`,
      from_address: message.toAddress,
      to_address: sent.reply_to ?? sent.from_address,
      subject: reply.subject ?? `Re: ${sent.subject}`,
      html: '',
      text: reply.text,
      status: 'received',
      in_reply_to: message.id,
      provider_id: reply.providerId ?? null,
      created_at: new Date(at),
    })
    .execute();
  if (reply.automatic) {
    const { candidateId, applicationId, enrolmentId } = message;
    await recordEvents(
      trx,
      [
        {
          candidateId,
          type: 'message.auto-replied',
          at,
          applicationId,
          enrolmentId,
          messageId: replyId,
          by: { kind: 'candidate' },
        },
      ],
      reply.now,
    );
    return;
  }
  await reachMilestones(
    trx,
    [message],
    { kind: 'replied', at, data: { replyId }, by: { kind: 'candidate' } },
    reply.now,
  );
}

export async function recordReply(
  db: Db,
  { messageId, ...reply }: Reply & { messageId: string },
): Promise<void> {
  await withMessage(db, { id: messageId }, (trx, message) => storeReply(trx, message, reply));
}

export async function recordClick(
  db: Db,
  click: { messageId: string; url?: string; now: number; at?: number },
): Promise<void> {
  await withMessage(db, { id: click.messageId }, (trx, message) =>
    reachMilestones(
      trx,
      [message],
      {
        kind: 'clicked',
        at: click.at ?? click.now,
        data: click.url ? { url: click.url } : {},
        by: { kind: 'candidate' },
      },
      click.now,
    ),
  );
}

/** A permanent bounce also suppresses the address. */
export async function recordBounce(
  db: Db,
  bounce: { messageId: string; now: number; at?: number; permanent?: boolean; reason?: string },
): Promise<void> {
  await withMessage(db, { id: bounce.messageId }, async (trx, message) => {
    if (bounce.permanent ?? true) await suppress(trx, message.toAddress, 'bounced', message.id, bounce.now);
    await reachMilestones(
      trx,
      [message],
      {
        kind: 'bounced',
        at: bounce.at ?? bounce.now,
        reason: bounce.reason ?? 'The address does not exist.',
      },
      bounce.now,
    );
  });
}
