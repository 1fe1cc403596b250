/** Pools whose members a condition chooses: written, read under a lock, and filled in an order that goes on where it was. */
import { type RawBuilder, sql } from 'kysely';
import type { Condition } from '../../engine/conditions/condition.ts';
import type { PastAsked } from '../../engine/conditions/history.ts';
import { mayFlip } from '../../engine/conditions/reads.ts';
import type { Facts } from '../../engine/facts.ts';
import { heardBy } from '../../engine/pools/heard.ts';
import type { DynamicPool } from '../../engine/pools/membership.ts';
import { conditionSql } from '../conditions/sql.ts';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import { countCandidates } from './candidate-list.ts';
import { catchUpsMs } from './due.ts';
import { loadFacts, type Wanted } from './facts.ts';
import type { Trx } from './lock.ts';

export type NamedPool = DynamicPool & { name: string };

/**
 * Until this transaction ends nobody gives them another condition: who does so waits, and then looks at everyone again.
 * To be asked for once the candidates are locked.
 */
export async function dynamicPools(trx: Trx): Promise<NamedPool[]> {
  const found = await sql<NamedPool>`
    select id, name, condition from pool where condition is not null and archived_at is null order by id for share`.execute(
    trx,
  );
  return found.rows;
}

/** Null: members are chosen by hand from now on. */
export async function writeCondition(
  trx: Trx,
  poolId: string,
  condition: Condition | null,
  now: number,
): Promise<void> {
  // Before the pool's own row, as the pump does that fills it.
  await sql`select from pool_fill where pool_id = ${poolId} for update`.execute(trx);
  await trx
    .updateTable('pool')
    .set((set) => ({
      condition: condition === null ? null : JSON.stringify(condition),
      hears: condition === null ? [] : heardBy(condition),
      revision: set('revision', '+', 1),
    }))
    .where('id', '=', poolId)
    .execute();
  if (condition === null) await trx.deleteFrom('pool_fill').where('pool_id', '=', poolId).execute();
  else await refillPool(trx, poolId, now);
}

/** Everyone is looked at anew, if a condition chooses. */
export const refillPool = (trx: Trx, poolId: string, now: number): Promise<void> =>
  beginFill(trx, sql`id = ${poolId}`, now);

async function beginFill(trx: Trx | Db, which: ReturnType<typeof sql>, now: number): Promise<void> {
  const at = new Date(now);
  const begun = await sql`
    insert into pool_fill (pool_id, next_at) select id, ${at}::timestamptz from pool where condition is not null and archived_at is null and ${which}
    order by id on conflict (pool_id) do update set cursor = null, attempts = 0, looked = 0, expected = null, next_at = excluded.next_at returning pool_id`.execute(
    trx,
  );
  if (begun.rows.length === 0) return;
  // Whoever is writing at this moment does not see the condition, nor does the condition see what is being written.
  for (const ms of catchUpsMs) {
    const then = new Date(now + ms);
    await trx
      .insertInto('due')
      .values({
        id: newId(now),
        kind: 'pool-catch-up',
        at: then,
        payload: JSON.stringify({ from: at.toISOString() }),
        next_at: then,
      })
      .execute();
  }
}

/** What is asked about jobs, or by the workspace's clock, has changed for many at once: such pools look at everyone again. */
export async function refillReading(trx: Trx, what: 'job' | 'clock', now: number): Promise<void> {
  const which =
    what === 'job' ? sql`condition::text like '%"job.%'` : sql`condition::text ~ '"(not-)?within-last"'`;
  await beginFill(trx, which, now);
  // After the pools' fills, as in `writeCondition`: whoever judges by what was read before is waited for, and whoever
  // judges from now on waits for us.
  await sql`select from pool where condition is not null and archived_at is null and ${which} order by id for no key update`.execute(
    trx,
  );
}

export interface Fill {
  poolId: string;
  condition: Condition;
  cursor: string | null;
}

/** Claimed until this transaction ends. Null: there is nothing to fill for now. */
export async function claimFill(trx: Trx, now: number): Promise<Fill | null> {
  const claimed = await sql<Fill & { dynamic: boolean }>`
    select f.pool_id as "poolId", f.cursor, p.condition, p.condition is not null and p.archived_at is null as dynamic
    from pool_fill f join pool p on p.id = f.pool_id
    where f.next_at <= ${new Date(now)} order by f.next_at, f.pool_id limit 1 for update of f skip locked`.execute(
    trx,
  );
  const fill = claimed.rows[0];
  if (!fill) return null;
  if (fill.dynamic) return fill;
  await trx.deleteFrom('pool_fill').where('pool_id', '=', fill.poolId).execute();
  return claimFill(trx, now);
}

/** Who is to be judged next, in order of id: for whom the condition holds, who is in the pool, and whose text has no keys yet. */
export async function nextToFill(
  trx: Trx,
  { poolId, condition, cursor }: Fill,
  now: number,
  limit: number,
): Promise<string[]> {
  const found = await sql<{ id: string }>`
    select c.id from candidate c
    where c.merged_into is null ${cursor ? sql`and c.id > ${cursor}::uuid` : sql``} and ${await toBeJudged(trx, poolId, condition, now)}
    order by c.id limit ${limit}`.execute(trx);
  return found.rows.map((row) => row.id);
}

async function toBeJudged(
  db: Db | Trx,
  poolId: string,
  condition: Condition,
  now: number,
): Promise<RawBuilder<boolean>> {
  const holds = mayFlip(condition) ? sql`true` : await conditionSql(db, condition, now);
  return sql`(${holds} or c.keys is null or exists (select from pool_member m where m.pool_id = ${poolId} and m.candidate_id = c.id))`;
}

/** Writes down about how many one of the pools has to look at that nobody has counted for, so that its progress means something. */
export async function expectFill(db: Db, now: number): Promise<void> {
  const uncounted = await sql<{ poolId: string; condition: Condition; revision: number }>`
    select f.pool_id as "poolId", p.condition, p.revision from pool_fill f join pool p on p.id = f.pool_id
    where f.expected is null and p.condition is not null order by f.next_at, f.pool_id limit 1`.execute(db);
  const [fill] = uncounted.rows;
  if (!fill) return;
  const { count } = await countCandidates(db, {
    condition: await toBeJudged(db, fill.poolId, fill.condition, now),
  });
  // Whoever has given it another condition meanwhile counts for that one.
  await sql`
    update pool_fill f set expected = ${count} from pool p
    where p.id = f.pool_id and f.pool_id = ${fill.poolId} and p.revision = ${fill.revision} and f.expected is null`.execute(
    db,
  );
}

/** `judged`: in order of id; nobody: everyone has had her turn. */
export async function saveFill(trx: Trx, poolId: string, judged: readonly string[]): Promise<void> {
  const cursor = judged.at(-1);
  if (cursor === undefined) await trx.deleteFrom('pool_fill').where('pool_id', '=', poolId).execute();
  else
    await trx
      .updateTable('pool_fill')
      .set((set) => ({ cursor, attempts: 0, looked: set('looked', '+', judged.length) }))
      .where('pool_id', '=', poolId)
      .execute();
}

/** Her facts with each of her applications, or once without; in no order. */
export async function aspectsOf(
  trx: Db | Trx,
  candidateIds: readonly string[],
  history: readonly PastAsked[],
): Promise<Map<string, Facts[]>> {
  const wanted = await sql<Wanted>`
    select c.id as "candidateId", a.id as "applicationId" from unnest(${[...candidateIds]}::uuid[]) as c (id)
    left join application a on a.candidate_id = c.id`.execute(trx);
  const loaded = await loadFacts(trx, wanted.rows, history);
  const aspects = new Map<string, Facts[]>();
  for (const [index, { candidateId }] of wanted.rows.entries()) {
    const facts = loaded[index];
    if (facts) aspects.set(candidateId, [...(aspects.get(candidateId) ?? []), facts]);
  }
  return aspects;
}
