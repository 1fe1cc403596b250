/** Ends a run from outside: what it has not heard is heard, what has not left is cancelled, its clock is told. */
import type { RunOutcome } from '../../engine/run/state.ts';
import { stop } from '../../engine/run/stop.ts';
import { type LoadedEnrolment, saveAdvanced } from './enrolments.ts';
import { type By, recordEvents } from './events.ts';
import type { Trx } from './lock.ts';
import { markToWake } from './marks.ts';
import { cancelUnsent } from './messages.ts';
import { planOf } from './plans.ts';

/** The candidate must be locked, and the run not be over. Answers how it ended: by itself, if it had reason to. */
export async function closeRun(
  trx: Trx,
  loaded: LoadedEnrolment,
  { reason, by, now }: { reason: string; by: By; now: number },
): Promise<NonNullable<RunOutcome['end']>> {
  const { state, steps, end } = stop(
    {
      plan: await planOf(trx, loaded.versionId),
      state: loaded.state,
      enrolmentId: loaded.id,
      applicationId: loaded.applicationId,
      startedAt: loaded.startedAt,
      facts: loaded.facts,
      events: loaded.events,
      now,
      paused: false,
    },
    reason,
  );
  if (!end) throw new RangeError(`The run ${loaded.id} is over already`);
  await saveAdvanced(trx, [
    {
      enrolmentId: loaded.id,
      versionId: loaded.versionId,
      state,
      steps,
      wakeAt: null,
      end,
      now,
      keepStartMark: false,
    },
  ]);
  await cancelUnsent(trx, loaded.id, end.reason);
  await recordEvents(
    trx,
    [
      {
        candidateId: loaded.candidateId,
        type: 'enrolment.ended',
        applicationId: loaded.applicationId,
        enrolmentId: loaded.id,
        data: { flowId: loaded.flowId, status: end.status, reason: end.reason },
        by,
      },
    ],
    now,
  );
  await markToWake(trx, [loaded.id], 'event');
  return end;
}
