/** Whom pools with a condition are to look at again: queued by whatever may change what a condition says of her. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import type { Trx } from './lock.ts';

const anyDynamic = sql`exists (select from pool where condition is not null and archived_at is null)`;

/**
 * For what writes no event, or one that no pool listens for; `recordEvents` does it by itself. Called once the change is
 * written, with the candidates locked. It never waits for the pump, which claims rows before it locks candidates.
 */
export async function checkPools(trx: Trx | Db, candidateIds: readonly string[], now: number): Promise<void> {
  await sql`
    insert into pool_check (candidate_id, next_at)
    select id, ${new Date(now)} from candidate where id = any(${[...candidateIds]}::uuid[]) and ${anyDynamic} order by id
    on conflict do nothing`.execute(trx);
}

/** Everyone of whom something was written down since. `from` RFC 3339. */
export async function checkSince(trx: Trx, from: string, now: number): Promise<void> {
  await sql`
    insert into pool_check (candidate_id, next_at)
    select distinct candidate_id, ${new Date(now)}::timestamptz from event where recorded_at >= ${from}::timestamptz and ${anyDynamic} order by 1
    on conflict do nothing`.execute(trx);
}

export interface PoolCheck {
  candidateId: string;
  causeId: string | null;
  depth: number;
}

/** One look instead of two transactions, for a pump that is woken by everything that happens. */
export async function poolsHaveWork(db: Db, now: number): Promise<boolean> {
  const { rows } = await sql<{ any: boolean }>`
    select exists (select from pool_check where next_at <= ${new Date(now)}) or exists (select from pool_fill) as any`.execute(
    db,
  );
  return rows[0]?.any ?? false;
}

/** Claimed until this transaction ends. */
export async function claimChecks(trx: Trx, now: number, limit: number): Promise<PoolCheck[]> {
  const claimed = await sql<PoolCheck>`
    select candidate_id as "candidateId", cause_id as "causeId", depth from pool_check
    where next_at <= ${new Date(now)} order by next_at, candidate_id limit ${limit} for update skip locked`.execute(
    trx,
  );
  return claimed.rows;
}

export async function settleChecks(trx: Trx, candidateIds: readonly string[]): Promise<void> {
  await sql`delete from pool_check where candidate_id = any(${[...candidateIds]}::uuid[])`.execute(trx);
}

/** She cannot be judged for now: later, and later still. */
export async function postponeCheck(trx: Trx, candidateId: string, now: number): Promise<void> {
  await sql`
    update pool_check set attempts = attempts + 1,
      next_at = ${new Date(now)}::timestamptz + make_interval(secs => least(3600, power(2, attempts + 1)))
    where candidate_id = ${candidateId}`.execute(trx);
}

/** When each is to be looked at next though nothing happens (ms); null: never. Whatever was planned before is gone. */
export async function planFlips(
  trx: Trx,
  flips: readonly { candidateId: string; at: number | null }[],
): Promise<void> {
  const rows = flips.map(({ candidateId, at }) => ({
    id: candidateId,
    at: at === null ? null : new Date(at),
  }));
  await sql`
    delete from due using jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (id uuid, at timestamptz)
    where due.kind = 'pool-check' and due.candidate_id = given.id and (given.at is null or given.at <> due.at or due.dead_reason is not null)`.execute(
    trx,
  );
  await sql`
    insert into due (id, kind, at, candidate_id, payload, next_at)
    select gen_random_uuid(), 'pool-check', at, id, '{}', at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (id uuid, at timestamptz) where at is not null order by id
    on conflict (candidate_id) where kind = 'pool-check' do nothing`.execute(trx);
}
