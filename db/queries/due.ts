/** Due rows: instants at which an event is to be written. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import { retryConflicts } from '../transactions.ts';
import { recordEvents } from './events.ts';
import { lockCandidate, type Trx } from './lock.ts';

export interface DueEvent {
  candidateId: string;
  type: string;
  data: Record<string, unknown>;
  applicationId?: string | null;
}

/** Plans an event for an instant (milliseconds). */
export async function planEvent(trx: Trx | Db, event: DueEvent, at: number): Promise<string> {
  const id = newId();
  await trx
    .insertInto('due')
    .values({
      id,
      kind: 'event',
      at: new Date(at),
      candidate_id: event.candidateId,
      payload: JSON.stringify(event),
      next_at: new Date(at),
    })
    .execute();
  return id;
}

/** Writes the event of one row that is due at `now` (milliseconds). Answers how many: one, or none. */
export async function takeDue(db: Db, now: number): Promise<number> {
  return retryConflicts(() =>
    db.transaction().execute(async (trx) => {
      const claimed = await sql<{ id: string; payload: DueEvent }>`
      select id, payload from due where dead_reason is null and next_at <= ${new Date(now)}
      order by next_at, id limit 1 for update skip locked`.execute(trx);
      const row = claimed.rows[0];
      if (!row) return 0;
      const candidateId = await lockCandidate(trx, row.payload.candidateId);
      if (candidateId) {
        await recordEvents(
          trx,
          [
            {
              candidateId,
              type: row.payload.type,
              data: row.payload.data,
              applicationId: row.payload.applicationId ?? null,
              by: { kind: 'system' },
            },
          ],
          now,
        );
      }
      await sql`delete from due where id = ${row.id}`.execute(trx);
      return 1;
    }),
  );
}
