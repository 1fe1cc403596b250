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

/** Null: there is no such candidate. */
export async function candidateExists(db: Db, id: string): Promise<true | null> {
  const row = await db.selectFrom('candidate').select('id').where('id', '=', id).executeTakeFirst();
  return row ? true : null;
}

/** A planned event that could not be written is put off, and after the last try left for a person. */
export async function postponeDue(
  db: Db,
  id: string,
  { why, now, mostAttempts }: { why: string; now: number; mostAttempts: number },
): Promise<void> {
  await sql`
    update due set attempts = attempts + 1,
      next_at = ${new Date(now)}::timestamptz + make_interval(secs => least(600, power(2, attempts))),
      dead_reason = case when attempts + 1 >= ${mostAttempts} then ${why} end
    where id = ${id}`.execute(db);
}

/** The next row that is due at `now` (milliseconds). It is claimed by `takeDue`. */
export async function nextDue(db: Db, now: number): Promise<string | null> {
  const found = await sql<{ id: string }>`
    select id from due where dead_reason is null and next_at <= ${new Date(now)} order by next_at, id limit 1`.execute(
    db,
  );
  return found.rows[0]?.id ?? null;
}

/** Writes the event of a row and takes the row away; nothing when someone else is at it. */
export async function takeDue(db: Db, id: string, now: number): Promise<void> {
  await retryConflicts(() =>
    db.transaction().execute(async (trx) => {
      const claimed = await sql<{ payload: DueEvent }>`
        select payload from due where id = ${id} and dead_reason is null for update skip locked`.execute(trx);
      const payload = claimed.rows[0]?.payload;
      if (!payload) return;
      const candidateId = await lockCandidate(trx, payload.candidateId);
      if (candidateId) {
        const { type, data, applicationId = null } = payload;
        await recordEvents(trx, [{ candidateId, type, data, applicationId, by: { kind: 'system' } }], now);
      }
      await sql`delete from due where id = ${id}`.execute(trx);
    }),
  );
}
