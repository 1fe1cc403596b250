/** What the mail catcher keeps of a batch. */
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import type { OutgoingMessage } from './outbox.ts';

/** Puts a mail into the catcher's mailbox; the same key and position is the same mail. */
export async function catchMails(
  db: Db,
  key: string,
  mails: readonly OutgoingMessage[],
  now: number,
): Promise<string[]> {
  for (const [position, mail] of mails.entries()) {
    await db
      .insertInto('caught_mail')
      .values({
        id: newId(now),
        message_id: mail.messageId,
        idempotency_key: key,
        position,
        from_address: mail.from,
        to_address: mail.to,
        reply_to: mail.replyTo,
        subject: mail.subject,
        html: mail.html,
        text: mail.text,
        caught_at: new Date(now),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  return mails.map((mail) => `caught-${mail.messageId}`);
}
