/** Ends a run from outside: what it has not heard is heard, what has not left is cancelled, its clock is told. */
import type { RunOutcome } from '../../engine/run/state.ts';
import { stop } from '../../engine/run/stop.ts';
import { type LoadedEnrolment, saveAdvanced } from './enrolments.ts';
import { type By, recordEvents } from './events.ts';
import type { Trx } from './lock.ts';
import { markToWake } from './marks.ts';
import { cancelUnsent } from './messages.ts';
import { cancelNotices } from './outgoing-notices.ts';
import { answerTo } from './parent.ts';
import { planOf } from './plans.ts';
import { inputOf } from './run-input.ts';
import { cancelCalls } from './webhooks.ts';

interface Closing {
  reason: string;
  by: By;
  now: number;
}

/** The candidate must be locked, and the run not be over. Answers how it ended: by itself, if it had reason to. */
export async function closeRun(
  trx: Trx,
  loaded: LoadedEnrolment,
  closing: Closing,
): Promise<NonNullable<RunOutcome['end']>> {
  const [end] = await closeRuns(trx, [loaded], closing);
  return end as NonNullable<RunOutcome['end']>;
}

/** The same for many. */
export async function closeRuns(
  trx: Trx,
  runs: readonly LoadedEnrolment[],
  { reason, by, now }: Closing,
): Promise<NonNullable<RunOutcome['end']>[]> {
  const stopped = await Promise.all(
    runs.map(async (loaded) => ({
      loaded,
      outcome: stop(
        inputOf(loaded, await planOf(trx, loaded.versionId), now),
        reason,
        by.kind === 'person' ? (by.id ?? null) : null,
      ),
    })),
  );
  return settleClosed(trx, stopped, { by, now });
}

/** Writes down what ended runs: cursors, ledger, cancelled mail, calls and notices, events; their clocks are told. */
export async function settleClosed(
  trx: Trx,
  closed: readonly { loaded: LoadedEnrolment; outcome: RunOutcome }[],
  { by, now }: Pick<Closing, 'by' | 'now'>,
): Promise<NonNullable<RunOutcome['end']>[]> {
  const ends = closed.map(({ loaded, outcome }) => {
    if (!outcome.end) throw new RangeError(`The run ${loaded.id} is over already`);
    return outcome.end;
  });
  await saveAdvanced(
    trx,
    closed.map(({ loaded, outcome }) => ({
      enrolmentId: loaded.id,
      versionId: loaded.versionId,
      state: outcome.state,
      steps: outcome.steps,
      wakeAt: null,
      end: outcome.end,
      now,
      keepStartMark: false,
    })),
  );
  for (const [index, { loaded }] of closed.entries()) {
    await cancelUnsent(trx, loaded.id, ends[index]?.reason ?? '');
    await cancelNotices(trx, [loaded.id], ends[index]?.reason ?? '', now);
  }
  await cancelCalls(
    trx,
    closed.map(({ loaded }) => loaded.id),
    now,
  );
  await recordEvents(
    trx,
    closed.flatMap(({ loaded, outcome }) => [
      {
        candidateId: loaded.candidateId,
        type: 'enrolment.ended',
        applicationId: loaded.applicationId,
        enrolmentId: loaded.id,
        data: { flowId: loaded.flowId, status: outcome.end?.status, reason: outcome.end?.reason },
        by,
      },
      ...answerTo(loaded.parent, outcome.end?.status ?? 'exited', {
        candidateId: loaded.candidateId,
        flowId: loaded.flowId,
        by,
      }),
    ]),
    now,
  );
  await markToWake(
    trx,
    closed.map(({ loaded }) => loaded.id),
    'event',
  );
  return ends;
}
