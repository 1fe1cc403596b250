/** What the mail catcher keeps of a batch. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import type { OutgoingMessage } from './outbox.ts';

export interface MailToCatch extends OutgoingMessage {
  /** A batch that an earlier version stored has none. */
  headers?: Record<string, string>;
}

/** Puts mails into the catcher's mailbox; the same key and position is the same mail. */
export async function catchMails(
  db: Db,
  key: string,
  mails: readonly MailToCatch[],
  now: number,
): Promise<string[]> {
  const rows = mails.map((mail, position) => ({
    id: newId(now),
    // A colleague's mail is no message to a candidate.
    message_id: mail.token === null ? null : mail.messageId,
    position,
    from_address: mail.from,
    to_address: mail.to,
    reply_to: mail.replyTo,
    subject: mail.subject,
    html: mail.html,
    text: mail.text,
    headers: mail.headers ?? {},
  }));
  await sql`
    insert into caught_mail (id, message_id, idempotency_key, position, from_address, to_address, reply_to, subject, html, text, headers, caught_at)
    select id, message_id, ${key}, position, from_address, to_address, reply_to, subject, html, text, headers, ${new Date(now)}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
      id uuid, message_id uuid, position int, from_address text, to_address text, reply_to text, subject text, html text, text text, headers jsonb)
    on conflict do nothing`.execute(db);
  return mails.map((mail) => `caught-${mail.messageId}`);
}
