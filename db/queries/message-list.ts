/** Messages as lists and pages show them; what becomes of them is in `messages.ts`. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import type { MessageTable } from '../schema.ts';
import { onMessage, reachMilestones } from './messages.ts';
import type { AfterTime, Page } from './page.ts';

export type MessageStatus = MessageTable['status'];

export interface ListedMessage {
  id: string;
  direction: 'out' | 'in';
  candidate: { id: string; fullName: string };
  flow: { id: string; name: string } | null;
  enrolmentId: string | null;
  nodeId: string | null;
  from: string;
  to: string;
  subject: string;
  /** How an answer begins; null for what we wrote. */
  preview: string | null;
  status: MessageStatus;
  reason: string | null;
  createdAt: Date;
  sentAt: Date | null;
  deliveredAt: Date | null;
  clickedAt: Date | null;
  repliedAt: Date | null;
}

const columns = sql`
  m.id, m.direction, jsonb_build_object('id', c.id, 'fullName', c.full_name) as candidate,
  case when f.id is null then null else jsonb_build_object('id', f.id, 'name', f.name) end as flow,
  m.enrolment_id as "enrolmentId", m.node_id as "nodeId", m.from_address as "from", m.to_address as "to", m.subject, m.status, m.reason,
  case when m.direction = 'in' then left(regexp_replace(m.text, '\\s+', ' ', 'g'), 200) end as preview,
  m.created_at as "createdAt", m.sent_at as "sentAt", m.delivered_at as "deliveredAt", m.clicked_at as "clickedAt", m.replied_at as "repliedAt"`;
const joins = sql`join candidate c on c.id = m.candidate_id left join flow f on f.id = m.flow_id`;

/** Newest first. */
export async function listMessages(
  db: Db,
  { status, candidate, flow }: { status?: MessageStatus; candidate?: string; flow?: string },
  { limit, after }: Page<AfterTime>,
): Promise<ListedMessage[]> {
  const found = await sql<ListedMessage>`
    select ${columns} from message m ${joins}
    where true ${status ? sql`and m.status = ${status}` : sql``} ${candidate ? sql`and m.candidate_id = ${candidate}` : sql``}
      ${flow ? sql`and m.flow_id = ${flow}` : sql``} ${after ? sql`and (m.created_at, m.id) < (${after.at}, ${after.id}::uuid)` : sql``}
    order by m.created_at desc, m.id desc limit ${limit}`.execute(db);
  return found.rows;
}

export async function readMessage(
  db: Db,
  id: string,
): Promise<(ListedMessage & { text: string; replyTo: string | null; inReplyTo: string | null }) | null> {
  const found = await sql<ListedMessage & { text: string; replyTo: string | null; inReplyTo: string | null }>`
    select ${columns}, m.text, m.reply_to as "replyTo", m.in_reply_to as "inReplyTo" from message m ${joins} where m.id = ${id}`.execute(
    db,
  );
  return found.rows[0] ?? null;
}

export async function messageHtml(db: Db, id: string): Promise<string | null> {
  const found = await db.selectFrom('message').select('html').where('id', '=', id).executeTakeFirst();
  return found?.html ?? null;
}

/** Whether an unsubscribe link belongs to a message of ours. */
export async function messageExists(db: Db, token: string): Promise<boolean> {
  const found = await db
    .selectFrom('message')
    .select('id')
    .where('token', '=', token)
    .where('direction', '=', 'out')
    .executeTakeFirst();
  return found !== undefined;
}

/** A person says what became of a message whose fate was unknown. */
export async function settleUnknown(
  db: Db,
  id: string,
  outcome: 'sent' | 'failed',
  by: string,
  now: number,
): Promise<'done' | 'not-unknown' | 'not-found'> {
  const settled = await db.transaction().execute((trx) =>
    onMessage(trx, { id }, async (message) => {
      const { status } = await trx
        .selectFrom('message')
        .select('status')
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      if (status !== 'unknown') return 'not-unknown' as const;
      const reason = outcome === 'failed' ? 'Marked as not sent by hand.' : undefined;
      await reachMilestones(
        trx,
        [message],
        { kind: outcome, at: now, by: { kind: 'person', id: by }, reason },
        now,
      );
      return 'done' as const;
    }),
  );
  return settled ?? 'not-found';
}
