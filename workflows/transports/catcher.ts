/** The mail catcher: no mail leaves the house, every mail can be read in the app. */
import type { Db } from '../../db/connect.ts';
import { catchMails, type MailToCatch } from '../../db/queries/caught.ts';
import { headersOf } from './headers.ts';
import type { Transport } from './transport.ts';

export const catcher = (db: Db): Transport => ({
  name: 'catcher',
  most: 100,
  perSecond: null,
  delivers: true,
  encode: (messages, publicUrl) =>
    JSON.stringify(
      messages.map((message) => ({
        ...message,
        headers: headersOf(message, publicUrl),
      })) satisfies MailToCatch[],
    ),
  async send({ key, body, now }) {
    return {
      outcome: 'accepted',
      ids: await catchMails(db, key, JSON.parse(body) as MailToCatch[], now),
    };
  },
});
