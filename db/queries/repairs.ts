/** What a person does to a run: try a blocked step again, or end it. Audited by the event it writes. */
import { sql } from 'kysely';
import { retry } from '../../engine/run/begin.ts';
import { isClosed } from '../../engine/run/state.ts';
import type { Db } from '../connect.ts';
import { retryConflicts } from '../transactions.ts';
import { loadEnrolment, lockEnrolment } from './enrolments.ts';
import { type By, recordEvents } from './events.ts';
import { markToWake } from './marks.ts';

export type Repaired = 'done' | 'not-blocked' | 'closed' | 'not-found';

/** The blocked step is tried once more, as another visit. */
export function retryEnrolment(db: Db, enrolmentId: string): Promise<Repaired> {
  return retryConflicts(() =>
    db.transaction().execute(async (trx) => {
      if ((await lockEnrolment(trx, enrolmentId)) === null) return 'not-found';
      const loaded = await loadEnrolment(trx, enrolmentId);
      if (!loaded) return 'not-found';
      if (loaded.state.status !== 'blocked') return 'not-blocked';
      const state = retry(loaded.state);
      await sql`
        update enrolment set status = ${state.status}, state = jsonb_set(state, '{problem}', 'null') where id = ${enrolmentId}`.execute(
        trx,
      );
      await markToWake(trx, [enrolmentId], 'event');
      return 'done';
    }),
  );
}

/** Ends a run by hand; its messages that have not left are cancelled. `now` in milliseconds. */
export function stopEnrolment(db: Db, enrolmentId: string, by: By, now: number): Promise<Repaired> {
  return retryConflicts(() =>
    db.transaction().execute(async (trx) => {
      if ((await lockEnrolment(trx, enrolmentId)) === null) return 'not-found';
      const loaded = await loadEnrolment(trx, enrolmentId);
      if (!loaded) return 'not-found';
      if (isClosed(loaded.state.status)) return 'closed';
      const { candidateId, applicationId, flowId } = loaded;
      await recordEvents(
        trx,
        [
          {
            candidateId,
            type: 'enrolment.ended',
            applicationId,
            enrolmentId,
            data: { flowId, status: 'exited', reason: 'stopped' },
            by,
          },
        ],
        now,
      );
      await sql`
        with cancelled as (
          update message set status = 'cancelled', reason = 'stopped'
          where enrolment_id = ${enrolmentId} and direction = 'out' and status in ('held', 'queued')
        )
        update enrolment set status = 'exited', node_id = null, wake_at = null, wait_event = null,
          state = jsonb_set(jsonb_set(state, '{wait}', 'null'), '{problem}', 'null'),
          ended_at = ${new Date(now)}, end_reason = 'stopped'
        where id = ${enrolmentId}`.execute(trx);
      // Its clock is told by the mark.
      await markToWake(trx, [enrolmentId], 'event');
      return 'done';
    }),
  );
}
