/** Due rows: instants at which something is to be done, mostly an event to be written. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import { retryConflicts } from '../transactions.ts';
import { recordEvents } from './events.ts';
import { endHold } from './holds.ts';
import { lockCandidate, type Trx } from './lock.ts';
import { markJob } from './marks.ts';
import { checkPools, checkSince } from './pool-checks.ts';
import { planForZones, type SweepPayload, takeSweep } from './sweeps.ts';

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

/**
 * Does what the next due row is for and takes the row away, unless it comes round again; false: there is none that nobody is at. `now` in
 * milliseconds. `claimed` is told which it is, for what becomes of it if this fails.
 */
export async function takeDue(db: Db, now: number, claimed: (id: string) => void): Promise<boolean> {
  return retryConflicts(() =>
    db.transaction().execute(async (trx) => {
      const next = await sql<{ id: string; at: Date; candidateId: string | null } & DueRow>`
        select id, kind, at, candidate_id as "candidateId", payload from due where dead_reason is null and next_at <= ${new Date(now)}
        order by next_at, id limit 1 for update skip locked`.execute(trx);
      const row = next.rows[0];
      if (!row) return false;
      claimed(row.id);
      if (row.kind === 'sweep' && (await takeSweep(trx, row, now))) return true;
      if (row.kind === 'event') await writeEvent(trx, row.payload, now);
      if (row.kind === 'hold-end') await endHold(trx, row.payload.holdId, now);
      if (row.kind === 'catch-up') await queueMissed(trx, row.payload);
      if (row.kind === 'pool-check' && row.candidateId) await checkPools(trx, [row.candidateId], now);
      if (row.kind === 'pool-catch-up') await checkSince(trx, row.payload.from, now);
      if (row.kind === 'job-catch-up') await markJob(trx, row.payload.jobId, new Date(row.payload.from));
      if (row.kind === 'zones-seen') await planForZones(trx, row.payload.zones, now);
      await sql`delete from due where id = ${row.id}`.execute(trx);
      return true;
    }),
  );
}

type DueRow =
  | { kind: 'event'; payload: DueEvent }
  | { kind: 'hold-end'; payload: { type: 'contact.released'; holdId: string } }
  | { kind: 'catch-up'; payload: CatchUp }
  | { kind: 'pool-check'; payload: Record<string, never> }
  | { kind: 'pool-catch-up'; payload: { from: string } }
  | { kind: 'job-catch-up'; payload: { jobId: string; from: string } }
  | { kind: 'zones-seen'; payload: { zones: string[] } }
  | { kind: 'sweep'; payload: SweepPayload };

async function writeEvent(trx: Trx, event: DueEvent, now: number): Promise<void> {
  const candidateId = await lockCandidate(trx, event.candidateId);
  if (!candidateId) return;
  const { type, data, applicationId = null } = event;
  await recordEvents(trx, [{ candidateId, type, data, applicationId, by: { kind: 'system' } }], now);
}

interface CatchUp {
  types: string[];
  /** ISO 8601. */
  from: string;
}

/** Soon, and once more when the slowest transaction of a machine whose clock is a minute behind is over, too. */
export const catchUpsMs = [10_000, 90_000];

/**
 * A transaction that writes an event while a flow is being published does not see the flow's triggers, and tells the
 * router nothing. Later those events are looked for, and only those: what was routed is not routed again.
 */
export async function planCatchUp(trx: Trx, types: readonly string[], liveFrom: number): Promise<void> {
  const payload: CatchUp = { types: [...types], from: new Date(liveFrom).toISOString() };
  for (const ms of catchUpsMs) {
    const at = new Date(liveFrom + ms);
    await trx
      .insertInto('due')
      .values({ id: newId(liveFrom), kind: 'catch-up', at, payload: JSON.stringify(payload), next_at: at })
      .execute();
  }
}

async function queueMissed(trx: Trx, { types, from }: CatchUp): Promise<void> {
  await sql`
    with missed as (
      update event set queued = true
      where recorded_at >= ${from}::timestamptz and type = any(${types}::text[]) and not queued returning id
    )
    insert into event_queue (event_id) select id from missed on conflict do nothing`.execute(trx);
}
