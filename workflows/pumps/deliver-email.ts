/** Pump: the email outbox. A batch and its key are stored before the call; only an ambiguous outcome repeats it. */
import { notifyLive, notifyWork } from '../../db/notify.ts';
import type { Batch } from '../../db/queries/outbox.ts';
import * as outbox from '../../db/queries/outbox.ts';
import { stopProvider } from '../../db/queries/provider-rate.ts';
import { retryConflicts } from '../../db/transactions.ts';
import type { Context } from '../context.ts';
import type { Sent, Transport } from '../transports/transport.ts';
import { takeTurn } from '../transports/turn.ts';
import type { PumpWork } from './pump.ts';

/** The provider forgets a key after 24 hours. */
const repeatableMs = 23 * 3_600_000;

export const deliverEmail = (context: Context, transport: Transport): PumpWork => ({
  name: 'deliver-email',
  async round() {
    const { db, clock } = context;
    if (!(await mayCall(context, transport))) return 0;
    const { batch, claimed } = await nextBatch(context, transport);
    if (!batch) return claimed;
    const sent = await transport.send({ key: batch.id, body: batch.body, now: clock.now() });
    await settle(context, transport, batch, sent);
    notifyLive(
      db,
      batch.messageIds.map((id) => ({ topic: 'message', id })),
    );
    notifyWork(db, 'router');
    return claimed;
  },
});

/** There is something to send, and it is our turn. Asked before anything is claimed, so that no lease runs out under a wait. */
async function mayCall({ db, clock }: Context, transport: Transport): Promise<boolean> {
  if (!(await outbox.hasMailToSend(db, transport.name, clock.now()))) return false;
  return (await takeTurn(db, transport.name, transport.perSecond)) === 0;
}

/** One to repeat first; else a new one. */
async function nextBatch(
  { db, clock, house }: Context,
  transport: Transport,
): Promise<{ batch: Batch | null; claimed: number }> {
  const open = await outbox.claimOpenBatch(db, transport.name);
  if (open && clock.now() - open.firstAttemptAt.getTime() > repeatableMs) {
    await outbox.settleUnknown(db, open.id, 'The provider did not say within 23 hours whether it left.');
    return { batch: null, claimed: 1 };
  }
  if (open) return { batch: open, claimed: 1 };
  return retryConflicts(() =>
    outbox.claimBatch(db, {
      limit: transport.most,
      transport: transport.name,
      now: clock.now(),
      encode: (messages) => transport.encode(messages, house.publicUrl),
    }),
  );
}

async function settle(context: Context, transport: Transport, batch: Batch, sent: Sent): Promise<void> {
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
      else await outbox.repeatBatch(db, batch.id, why, { seconds, attempts });
    },
    ambiguous: ({ why, retryAfterSeconds }) =>
      outbox.repeatBatch(db, batch.id, why, {
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
