/** The mail catcher: no mail leaves the house, every mail can be read in the app. */
import type { Db } from '../../db/connect.ts';
import { catchMails } from '../../db/queries/caught.ts';
import type { OutgoingMessage } from '../../db/queries/outbox.ts';
import type { Transport } from './transport.ts';

export const catcher = (db: Db): Transport => ({
  name: 'catcher',
  most: 100,
  perSecond: null,
  delivers: true,
  encode: (messages) => JSON.stringify(messages),
  async send({ key, body, now }) {
    return {
      outcome: 'accepted',
      ids: await catchMails(db, key, JSON.parse(body) as OutgoingMessage[], now),
    };
  },
});
