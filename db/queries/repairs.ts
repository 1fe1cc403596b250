/** What a person does to a run: try a blocked step again, or end it. The event it writes says who. */
import { retry } from '../../engine/run/begin.ts';
import { isClosed, type RunStatus, type StepRecord } from '../../engine/run/state.ts';
import type { Db } from '../connect.ts';
import { retryConflicts } from '../transactions.ts';
import { lockAndLoad, saveAdvanced } from './enrolments.ts';
import { recordEvents } from './events.ts';
import { markToWake } from './marks.ts';
import { cancelUnsent } from './messages.ts';

/** Lets a blocked enrolment try its step once more, as another visit. */
export async function retryEnrolment(
  db: Db,
  id: string,
  now: number,
): Promise<RunStatus | 'not-found' | 'not-blocked'> {
  return retryConflicts(() =>
    db.transaction().execute(async (trx) => {
      const loaded = await lockAndLoad(trx, id);
      if (!loaded) return 'not-found';
      if (loaded.state.status !== 'blocked') return 'not-blocked';
      const state = retry(loaded.state);
      await saveAdvanced(trx, [
        {
          enrolmentId: id,
          versionId: loaded.versionId,
          state,
          steps: [],
          wakeAt: null,
          end: null,
          now,
          keepStartMark: false,
        },
      ]);
      await markToWake(trx, [id], 'event');
      return state.status;
    }),
  );
}

/** Ends an enrolment by hand: nothing of it happens any more, and what has not left is cancelled. */
export async function stopEnrolment(
  db: Db,
  id: string,
  by: string,
  now: number,
): Promise<RunStatus | 'not-found' | 'not-open'> {
  return retryConflicts(() =>
    db.transaction().execute(async (trx) => {
      const loaded = await lockAndLoad(trx, id);
      if (!loaded) return 'not-found';
      const { state, versionId, flowId, candidateId, applicationId } = loaded;
      if (isClosed(state.status)) return 'not-open';
      const reason = 'stopped';
      const steps: StepRecord[] =
        state.node !== null && state.wait
          ? [
              {
                node: state.node,
                visit: (state.visits[state.node] ?? 0) + 1,
                outcome: 'skipped',
                port: null,
                enteredAt: state.enteredAt,
                leftAt: now,
                detail: {
                  kind: 'left',
                  reason,
                  eventId: null,
                  rule: state.wait.rule,
                  until: state.wait.until,
                },
              },
            ]
          : [];
      const closed = { ...state, status: 'exited' as const, node: null, wait: null, problem: null };
      await saveAdvanced(trx, [
        {
          enrolmentId: id,
          versionId,
          state: closed,
          steps,
          wakeAt: null,
          end: { status: 'exited', reason, eventId: null },
          now,
          keepStartMark: false,
        },
      ]);
      await cancelUnsent(trx, id, reason);
      await recordEvents(
        trx,
        [
          {
            candidateId,
            type: 'enrolment.ended',
            applicationId,
            enrolmentId: id,
            data: { flowId, status: 'exited', reason },
            by: { kind: 'person', id: by },
          },
        ],
        now,
      );
      // Its clock is told by the mark.
      await markToWake(trx, [id], 'event');
      return 'exited';
    }),
  );
}
