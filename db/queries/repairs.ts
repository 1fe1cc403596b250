/** What a person does to a run: try a blocked step again, or end it. The event it writes says who. */
import { retry } from '../../engine/run/begin.ts';
import { isClosed, type RunStatus } from '../../engine/run/state.ts';
import type { Db } from '../connect.ts';
import { retryConflicts } from '../transactions.ts';
import { closeRun } from './close-run.ts';
import { lockAndLoad, saveAdvanced } from './enrolments.ts';
import { markToWake } from './marks.ts';

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
      if (isClosed(loaded.state.status)) return 'not-open';
      const { status } = await closeRun(trx, loaded, {
        reason: 'stopped',
        by: { kind: 'person', id: by },
        now,
      });
      return status;
    }),
  );
}
