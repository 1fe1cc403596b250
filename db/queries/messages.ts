/** What becomes of messages: milestones, suppressions, replies, and what the candidate does with a link. */
import { sql } from 'kysely';
import { fold } from '../../engine/conditions/fold.ts';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import { type By, recordEvents } from './events.ts';
import { retryConflicts } from '../transactions.ts';
import { MergedMeanwhile, type Trx, lockCandidate } from './lock.ts';

export type MilestoneKind = 'sent' | 'delivered' | 'bounced' | 'complained' | 'opened' | 'clicked' | 'replied' | 'unsubscribed' | 'failed';

export interface MessageRef {
  id: string;
  candidateId: string;
  applicationId: string | null;
  enrolmentId: string | null;
  versionId: string | null;
  nodeId: string | null;
  toAddress: string;
}

/** Runs `work` with the message's candidate locked; null when there is no such message. */
export async function withMessage<T>(
  db: Db,
  by: { id?: string; token?: string; providerId?: string },
  work: (trx: Trx, message: MessageRef) => Promise<T>,
): Promise<T | null> {
  return retryConflicts(() => db.transaction().execute(async (trx) => {
    const find = async () =>
      trx
        .selectFrom('message')
        .select(['id', 'candidate_id as candidateId', 'application_id as applicationId', 'enrolment_id as enrolmentId', 'version_id as versionId', 'node_id as nodeId', 'to_address as toAddress'])
        .where('direction', '=', 'out')
        .where((eb) =>
          eb.and([
            ...(by.id === undefined ? [] : [eb('id', '=', by.id)]),
            ...(by.token === undefined ? [] : [eb('token', '=', by.token)]),
            ...(by.providerId === undefined ? [] : [eb('provider_id', '=', by.providerId)]),
          ]),
        )
        .executeTakeFirst();
    const message = await find();
    if (!message) return null;
    const candidateId = await lockCandidate(trx, message.candidateId);
    if (candidateId !== message.candidateId) throw new MergedMeanwhile();
    return work(trx, message);
  }));
}

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

const columnOf = { sent: 'sent_at', delivered: 'delivered_at', clicked: 'clicked_at', replied: 'replied_at' } as const;

/** Writes a milestone once, moves the status on, and records the event. The candidate must be locked. `at` in ms. */
export async function reachMilestone(
  trx: Trx,
  message: MessageRef,
  kind: MilestoneKind,
  at: number,
  now: number,
  extra: { data?: Record<string, unknown>; by?: By; reason?: string } = {},
): Promise<void> {
  const inserted = await trx
    .insertInto('milestone')
    .values({ message_id: message.id, kind, version_id: message.versionId, node_id: message.nodeId, at: new Date(at) })
    .onConflict((conflict) => conflict.doNothing())
    .returning('kind')
    .executeTakeFirst();
  // Clicks and replies are each an event of their own; the rest happens to a message once.
  if (!inserted && kind !== 'clicked' && kind !== 'replied') return;
  const rule = statusOf[kind];
  const column = kind in columnOf ? columnOf[kind as keyof typeof columnOf] : null;
  if (rule) {
    await sql`update message set
        status = case when status = any(${rule.over}) then ${rule.status} else status end,
        reason = coalesce(${extra.reason ?? null}, reason)
        ${column ? sql`, ${sql.ref(column)} = coalesce(${sql.ref(column)}, ${new Date(at)}::timestamptz)` : sql``}
      where id = ${message.id}`.execute(trx);
  }
  await recordEvents(
    trx,
    [
      {
        candidateId: message.candidateId,
        type: `message.${kind}`,
        at,
        applicationId: message.applicationId,
        enrolmentId: message.enrolmentId,
        messageId: message.id,
        data: extra.data ?? {},
        by: extra.by ?? { kind: 'provider' },
      },
    ],
    now,
  );
}

export type SuppressionReason = 'unsubscribed' | 'bounced' | 'complained' | 'manual';

/** No message goes to this address from now on. What is queued for it is refused when it is claimed. */
export async function suppress(trx: Trx, address: string, reason: SuppressionReason, messageId: string | null, now: number): Promise<boolean> {
  const inserted = await trx
    .insertInto('suppression')
    .values({ address_key: addressKey(address), reason, message_id: messageId, at: new Date(now) })
    .onConflict((conflict) => conflict.doNothing())
    .returning('address_key')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** The key by which an address is found and kept unique. */
export const addressKey = (address: string): string => fold(address);

/** The one-click link of a message. Takes effect before the next message leaves. */
export async function unsubscribe(db: Db, token: string, now: number): Promise<'done' | 'already' | 'unknown'> {
  const outcome = await withMessage(db, { token }, async (trx, message) => {
    const fresh = await suppress(trx, message.toAddress, 'unsubscribed', message.id, now);
    if (!fresh) return 'already' as const;
    await reachMilestone(trx, message, 'unsubscribed', now, now, { by: { kind: 'candidate' } });
    return 'done' as const;
  });
  return outcome ?? 'unknown';
}

export interface Reply {
  messageId: string;
  text: string;
  subject?: string;
  now: number;
  /** An out-of-office note is no reply. */
  automatic?: boolean;
  /** Milliseconds. */
  at?: number;
  providerId?: string;
}

/** Stores what the candidate wrote back, and the event that flows wait for. */
export async function recordReply(db: Db, reply: Reply): Promise<void> {
  const at = reply.at ?? reply.now;
  await withMessage(db, { id: reply.messageId }, async (trx, message) => {
    const sent = await trx.selectFrom('message').select(['subject', 'reply_to', 'from_address']).where('id', '=', message.id).executeTakeFirstOrThrow();
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
      await recordEvents(trx, [{ candidateId, type: 'message.auto-replied', at, applicationId, enrolmentId, messageId: replyId, by: { kind: 'candidate' } }], reply.now);
      return;
    }
    await reachMilestone(trx, message, 'replied', at, reply.now, { data: { replyId }, by: { kind: 'candidate' } });
  });
}

export async function recordClick(db: Db, click: { messageId: string; url?: string; now: number; at?: number }): Promise<void> {
  await withMessage(db, { id: click.messageId }, (trx, message) =>
    reachMilestone(trx, message, 'clicked', click.at ?? click.now, click.now, { data: click.url ? { url: click.url } : {}, by: { kind: 'candidate' } }),
  );
}

/** A permanent bounce also suppresses the address. */
export async function recordBounce(db: Db, bounce: { messageId: string; now: number; at?: number; permanent?: boolean; reason?: string }): Promise<void> {
  await withMessage(db, { id: bounce.messageId }, async (trx, message) => {
    if (bounce.permanent ?? true) await suppress(trx, message.toAddress, 'bounced', message.id, bounce.now);
    await reachMilestone(trx, message, 'bounced', bounce.at ?? bounce.now, bounce.now, { reason: bounce.reason ?? 'The address does not exist.' });
  });
}
