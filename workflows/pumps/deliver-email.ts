/** Pumps: the email outboxes. A batch and its key are stored before the call; only an ambiguous outcome repeats it. */
import { notifyLive, notifyWork } from '../../db/notify.ts';
import * as toColleagues from '../../db/queries/notice-outbox.ts';
import type { Batch } from '../../db/queries/outbox.ts';
import * as toCandidates from '../../db/queries/outbox.ts';
import { stopProvider } from '../../db/queries/provider-rate.ts';
import { retryConflicts } from '../../db/transactions.ts';
import type { Context } from '../context.ts';
import type { Sent, Transport } from '../transports/transport.ts';
import { takeTurn } from '../transports/turn.ts';
import type { PumpWork } from './pump.ts';

/** The provider forgets a key after 24 hours. */
const repeatableMs = 23 * 3_600_000;

type Outbox = Omit<typeof toColleagues, 'noticeCameBack'>;

/** Mails to candidates. */
export const deliverEmail = (context: Context, transport: Transport): PumpWork =>
  deliver('deliver-email', toCandidates, context, transport);

/** Mails to colleagues: what flows tell them. */
export const deliverNoticeMail = (context: Context, transport: Transport): PumpWork =>
  deliver('deliver-notice-mail', toColleagues, context, transport);

const deliver = (name: string, outbox: Outbox, context: Context, transport: Transport): PumpWork => ({
  name,
  async round() {
    const { db, clock } = context;
    if (!(await mayCall(outbox, context, transport))) return 0;
    const { batch, claimed } = await nextBatch(outbox, context, transport);
    if (!batch) return claimed;
    const sent = await transport.send({ key: batch.id, body: batch.body, now: clock.now() });
    await settle(outbox, context, transport, batch, sent);
    notifyLive(
      db,
      batch.messageIds.map((id) => ({ topic: 'message', id })),
    );
    notifyWork(db, 'router');
    return claimed;
  },
});

/** There is something to send, and it is our turn. Asked before anything is claimed, so that no lease runs out under a wait. */
async function mayCall(outbox: Outbox, { db, clock }: Context, transport: Transport): Promise<boolean> {
  if (!(await outbox.hasMailToSend(db, transport.name, clock.now()))) return false;
  return (await takeTurn(db, transport.name, transport.perSecond)) === 0;
}

/** One to repeat first; else a new one. */
async function nextBatch(
  outbox: Outbox,
  { db, clock, house }: Context,
  transport: Transport,
): Promise<{ batch: Batch | null; claimed: number }> {
  const open = await outbox.claimOpenBatch(db, transport.name);
  if (open && clock.now() - open.firstAttemptAt.getTime() > repeatableMs) {
    await outbox.settleUnknown(
      db,
      open.id,
      'The provider did not say within 23 hours whether it left.',
      clock.now(),
    );
    return { batch: null, claimed: 1 };
  }
  if (open) return { batch: open, claimed: 1 };
  return retryConflicts(() =>
    outbox.claimBatch(db, {
      limit: transport.most,
      transport: transport.name,
      now: clock.now(),
      from: house.mailFrom,
      encode: (messages) => transport.encode(messages, house.publicUrl),
    }),
  );
}

async function settle(
  outbox: Outbox,
  context: Context,
  transport: Transport,
  batch: Batch,
  sent: Sent,
): Promise<void> {
  const { db, clock, log } = context;
  const { attempts } = batch;
  const now = clock.now();
  const outcomes: { [O in Sent['outcome']]: (sent: Extract<Sent, { outcome: O }>) => Promise<void> } = {
    accepted: ({ ids }) => outbox.settleAccepted(db, batch.id, ids, { now, delivered: transport.delivers }),
    refused: ({ why, blame, retryAfterSeconds }) =>
      outbox.settleRefused(db, batch.id, why, { now, blame, retryAfterSeconds, attempts }),
    async stopped({ why, seconds }) {
      await stopProvider(db, transport.name, seconds, why);
      // A first try that was turned away left nothing behind; a repeat may follow one that did.
      if (attempts === 1)
        await outbox.settleRefused(db, batch.id, why, {
          now,
          blame: false,
          retryAfterSeconds: seconds,
          attempts,
        });
      else await toCandidates.repeatBatch(db, batch.id, why, { seconds, attempts });
    },
    ambiguous: ({ why, retryAfterSeconds }) =>
      toCandidates.repeatBatch(db, batch.id, why, {
        seconds: Math.min(900, retryAfterSeconds * 2 ** Math.min(attempts - 1, 8)),
        attempts,
      }),
  };
  if (sent.outcome !== 'accepted')
    log.warn(
      { batchId: batch.id, outcome: sent.outcome, attempts: batch.attempts },
      'a batch was not accepted',
    );
  await retryConflicts(() => outcomes[sent.outcome](sent as never));
}
