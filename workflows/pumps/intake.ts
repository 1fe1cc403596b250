/** Pump: inbound requests. Repeats and unknown actions are harmless. */
import { notifyLive, notifyWork } from '../../db/notify.ts';
import { recordEvents } from '../../db/queries/events.ts';
import { AnothersApplication, followHire, writeApplication } from '../../db/queries/intake-application.ts';
import { heedGone } from '../../db/queries/intake-gone.ts';
import { enrichPerson, findOrCreatePerson } from '../../db/queries/intake-person.ts';
import { NoPipeline } from '../../db/queries/intake-place.ts';
import {
  claimInbounds,
  delayInbound,
  earlierWaits,
  type InboundRow,
  postponeInbound,
  settleInbound,
} from '../../db/queries/intake-queue.ts';
import type { Trx } from '../../db/queries/lock.ts';
import { leaseInbound } from '../../db/queries/provider-events.ts';
import { isOutage, isUniqueViolation, retryConflicts } from '../../db/transactions.ts';
import { updateData } from '../../engine/events/updated.ts';
import type { Context } from '../context.ts';
import { read } from '../intake/adapters.ts';
import { UnreadableRequest } from '../intake/fact.ts';
import { takeGone, takeMerge } from '../intake/leaving.ts';
import { takeNewcomers } from '../intake/newcomers.ts';
import {
  NotHandedOut,
  NotKnownYet,
  type ProviderSettings,
  prepareProviderEvent,
  takeProviderEvent,
} from '../intake/resend.ts';
import { Delayed } from '../intake/trouble.ts';
import { takenInWords } from '../intake/words.ts';
import { inParallel, nameOf, type PumpWork } from './pump.ts';

/** Requests taken in at once: in one transaction, and one by one. */
const together = 32;
const width = 8;
const mostAttempts = 8;
const providerLeaseSeconds = 60;

/** Plain ones together, the others side by side. */
export const intakePump = (context: Context, provider: ProviderSettings): PumpWork => ({
  name: 'intake',
  async round() {
    const { count, left } = await takePlain(context);
    await inParallel(left, width, async (id) => {
      await takeOne(context, provider, id);
    });
    return count;
  },
});

/** If one of them is at fault, all are taken in alone, where it is put aside. */
async function takePlain(context: Context): Promise<{ count: number; left: string[] }> {
  let claimed: string[] = [];
  try {
    const { taken, left } = await takeNewcomers(context, together, (ids) => {
      claimed = ids;
    });
    for (const { row, candidateId } of taken) tell(context, row, candidateId);
    return { count: claimed.length, left };
  } catch (error) {
    if (claimed.length === 0) throw error;
    context.log.info({ requests: claimed.length, error: nameOf(error) }, 'requests are taken in one by one');
    return { count: claimed.length, left: claimed };
  }
}

async function takeOne(context: Context, provider: ProviderSettings, id: string): Promise<boolean> {
  let row: InboundRow | null = null;
  try {
    return await retryConflicts(
      () =>
        retryMeetings(async () => {
          let candidateId: string | null = null;
          const taken = await context.db.transaction().execute(async (trx) => {
            row = (await claimInbounds(trx, { limit: 1, id }))[0] ?? null;
            if (!row) return false;
            if (row.kind === 'resend') {
              await leaseInbound(trx, row.id, providerLeaseSeconds);
              return true;
            }
            candidateId = await apply(context, trx, row);
            return true;
          });
          if (row?.kind === 'resend') await fromProvider(context, provider, row);
          if (taken) tell(context, row, candidateId);
          return taken;
        }),
      8,
    );
  } catch (error) {
    const failed = row as InboundRow | null;
    if (!failed) throw error;
    await context.db.transaction().execute((trx) => putOff(trx, failed, error));
    context.log.warn(
      { inboundId: failed.id, kind: failed.kind, error: nameOf(error) },
      'a request could not be taken in',
    );
    return true;
  }
}

/** Only tries that failed by the request's own fault are counted; whatever passes is waited for. */
async function putOff(trx: Trx, row: InboundRow, error: unknown): Promise<void> {
  if (error instanceof Delayed) return delayInbound(trx, row.id, error.seconds);
  // What came before may tell that the two are one.
  if (isOutage(error) || (error instanceof AnothersApplication && (await earlierWaits(trx, row))))
    return delayInbound(trx, row.id, null);
  const refused = error instanceof UnreadableRequest || error instanceof AnothersApplication;
  await postponeInbound(trx, row.id, lastWord(error), refused ? 1 : mostAttempts);
}

/** What a request is settled as when its last try fails like this. */
function lastWord(error: unknown): { status: 'ignored' | 'dead'; outcome: string } {
  if (error instanceof NotKnownYet) return { status: 'ignored', outcome: error.message };
  const told = [UnreadableRequest, AnothersApplication, NoPipeline, NotHandedOut].some(
    (kind) => error instanceof kind,
  );
  return {
    status: 'dead',
    outcome: told ? (error as Error).message : `Could not be taken in (${nameOf(error)}).`,
  };
}

/**
 * Two requests about one new person or one new application meet at a unique key, or the later one meets what was not
 * there when it looked; it finds them the second time.
 */
async function retryMeetings<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const met = error instanceof AnothersApplication || error instanceof NoPipeline;
      const most = isUniqueViolation(error) ? 8 : met ? 2 : 0;
      if (attempt >= most) throw error;
    }
  }
}

async function apply(context: Context, trx: Trx, row: InboundRow): Promise<string | null> {
  const fact = read(row);
  const now = context.clock.now();
  const by = { kind: 'source' as const, id: row.sourceId };

  if (fact.kind === 'ignored') {
    await settleInbound(trx, row.id, { status: 'ignored', outcome: fact.why });
    return null;
  }
  if (fact.kind === 'merge') return takeMerge(trx, row, fact, now);
  if (fact.kind === 'gone') return takeGone(trx, row, fact.externalId, now);

  const application = fact.kind === 'application' ? fact.application : null;
  const [newcomer] = await heedGone(trx, [
    { sourceKind: row.kind, source: application?.source ?? null, person: fact.person },
  ]);
  if (!newcomer) return null;
  const { id, created } = await findOrCreatePerson(trx, newcomer, application?.externalId ?? null, now);
  const filled = created ? [] : await enrichPerson(trx, id, row.kind, newcomer.person, now);
  const events = application
    ? await writeApplication(trx, id, row.kind, by, application, row.receivedAt, now)
    : [];
  await followHire(trx, id, events, now);
  if (created) events.unshift({ candidateId: id, type: 'candidate.created', data: { source: row.kind }, by });
  else if (filled.length > 0) {
    const data = { source: row.kind, ...updateData(filled, 'do-not-contact') };
    events.push({ candidateId: id, type: 'candidate.updated', data, by });
  }
  await recordEvents(trx, events, now);
  await settleInbound(trx, row.id, {
    status: 'done',
    outcome: takenInWords(
      created,
      events.map((event) => event.type),
      newcomer.person,
    ),
    candidateId: id,
  });
  return id;
}

/** The provider may have to be asked for the rest of it, which is done with no transaction open. */
async function fromProvider(context: Context, provider: ProviderSettings, row: InboundRow): Promise<void> {
  const event = await prepareProviderEvent(context.db, provider, row.body.payload);
  await takeProviderEvent(context.db, row.id, event, context.clock.now());
}

function tell(context: Context, row: InboundRow | null, candidateId: string | null): void {
  notifyWork(context.db, 'router');
  if (row?.sourceId) notifyLive(context.db, [{ topic: 'source', id: row.sourceId }]);
  if (candidateId) notifyLive(context.db, [{ topic: 'candidate', id: candidateId }]);
}
