/** Due rows: instants at which something is to be done, mostly an event to be written. */
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

/** Does what a row is for and takes the row away; nothing when someone else is at it. */
export async function takeDue(db: Db, id: string, now: number): Promise<void> {
  await retryConflicts(() =>
    db.transaction().execute(async (trx) => {
      const claimed = await sql<DueRow>`
        select kind, payload from due where id = ${id} and dead_reason is null for update skip locked`.execute(
        trx,
      );
      const row = claimed.rows[0];
      if (!row) return;
      if (row.kind === 'event') await writeEvent(trx, row.payload, now);
      else await queueAgain(trx, row.payload);
      await sql`delete from due where id = ${id}`.execute(trx);
    }),
  );
}

type DueRow = { kind: 'event'; payload: DueEvent } | { kind: 'catch-up'; payload: CatchUp };

async function writeEvent(trx: Trx, event: DueEvent, now: number): Promise<void> {
  const candidateId = await lockCandidate(trx, event.candidateId);
  if (!candidateId) return;
  const { type, data, applicationId = null } = event;
  await recordEvents(trx, [{ candidateId, type, data, applicationId, by: { kind: 'system' } }], now);
}

interface CatchUp {
  types: string[];
  /** ISO 8601, both. */
  from: string;
  until: string;
}

/** Longer than any transaction that writes an event takes. */
const catchUpMs = 10_000;

/**
 * A transaction that writes an event while a flow is being published does not see the flow's triggers, and queues the
 * event for nobody. A few seconds later the events of those seconds are routed, some of them for the second time,
 * which changes nothing.
 */
export async function planCatchUp(trx: Trx, types: readonly string[], liveFrom: number): Promise<void> {
  const until = new Date(liveFrom + catchUpMs);
  const payload: CatchUp = {
    types: [...types],
    from: new Date(liveFrom).toISOString(),
    until: until.toISOString(),
  };
  await trx
    .insertInto('due')
    .values({
      id: newId(liveFrom),
      kind: 'catch-up',
      at: until,
      payload: JSON.stringify(payload),
      next_at: until,
    })
    .execute();
}

async function queueAgain(trx: Trx, { types, from, until }: CatchUp): Promise<void> {
  await sql`
    insert into event_queue (event_id)
    select id from event where recorded_at >= ${from}::timestamptz and recorded_at <= ${until}::timestamptz and type = any(${types}::text[])
    on conflict do nothing`.execute(trx);
}
