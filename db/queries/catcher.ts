/** The mail catcher's mailbox. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import type { MessageStatus } from './message-list.ts';
import type { AfterTime, Page } from './page.ts';

export interface CaughtRow {
  id: string;
  messageId: string | null;
  candidate: { id: string; fullName: string } | null;
  from: string;
  to: string;
  subject: string;
  preview: string;
  caughtAt: Date;
  repliedAt: Date | null;
  clickedAt: Date | null;
  status: MessageStatus | null;
}

export interface CaughtMail extends CaughtRow {
  text: string;
  replyTo: string | null;
  headers: Record<string, unknown>;
  token: string | null;
}

const columns = sql`
  k.id, k.message_id as "messageId", case when c.id is null then null else jsonb_build_object('id', c.id, 'fullName', c.full_name) end as candidate,
  k.from_address as "from", k.to_address as "to", k.subject, left(regexp_replace(split_part(k.text, E'\\n\\n-- \\n', 1), '\\s+', ' ', 'g'), 140) as preview,
  k.caught_at as "caughtAt", m.replied_at as "repliedAt", m.clicked_at as "clickedAt", m.status`;
const joins = sql`left join message m on m.id = k.message_id left join candidate c on c.id = m.candidate_id`;

/** Newest first. */
export async function listCaught(db: Db, { limit, after }: Page<AfterTime>): Promise<CaughtRow[]> {
  const found = await sql<CaughtRow>`
    select ${columns} from caught_mail k ${joins}
    ${after ? sql`where (k.caught_at, k.id) < (${after.at}, ${after.id}::uuid)` : sql``}
    order by k.caught_at desc, k.id desc limit ${limit}`.execute(db);
  return found.rows;
}

export async function readCaught(db: Db, id: string): Promise<CaughtMail | null> {
  const found = await sql<CaughtMail>`
    select ${columns}, k.text, k.reply_to as "replyTo", k.headers, m.token from caught_mail k ${joins} where k.id = ${id}`.execute(
    db,
  );
  return found.rows[0] ?? null;
}

export async function caughtHtml(db: Db, id: string): Promise<string | null> {
  const found = await db.selectFrom('caught_mail').select('html').where('id', '=', id).executeTakeFirst();
  return found?.html ?? null;
}
