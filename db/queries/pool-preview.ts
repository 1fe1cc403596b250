/** What another condition would make of a pool: who joins, who leaves, and which flows that starts. */
import { type RawBuilder, sql } from 'kysely';
import type { Condition } from '../../engine/conditions/condition.ts';
import { leavesOf } from '../../engine/conditions/reads.ts';
import type { Plan } from '../../engine/plan/ops.ts';
import { conditionSql } from '../conditions/sql.ts';
import type { Db } from '../connect.ts';
import { countCandidates, inTime, type Total } from './candidate-list.ts';

/** How many, and a few of them by name. */
export interface Movers extends Total {
  some: { id: string; fullName: string }[];
}

export interface PoolPreview {
  joins: Movers;
  leaves: Movers;
  /** Flows that are live or paused and start for whoever joins it, or leaves it. */
  starts: { flowId: string; name: string; on: 'joined' | 'left' }[];
}

const nobody: Movers = { count: 0, about: false, some: [] };
const few = 3;
const patience = { forMs: 2_000, upTo: 100_000 };

/** The keys of candidates are stored (`candidate-keys.ts`). `condition` null: by hand, and whoever is in it stays. */
export async function previewPool(
  db: Db,
  poolId: string,
  condition: Condition | null,
  now: number,
): Promise<PoolPreview> {
  const starts = await flowsOn(db, poolId);
  if (condition === null) return { joins: nobody, leaves: nobody, starts };
  const holds = await conditionSql(db, condition, now);
  const member = sql`exists (select from pool_member m where m.pool_id = ${poolId} and m.candidate_id = c.id)`;
  const [joins, leaves] = await Promise.all([
    movers(db, sql`(${holds}) and not ${member}`),
    movers(db, sql`(${holds}) is not true and ${member}`),
  ]);
  return { joins, leaves, starts };
}

async function movers(db: Db, condition: RawBuilder<boolean>): Promise<Movers> {
  const total = await countCandidates(db, { condition }, patience);
  if (total.count === 0) return { ...total, some: [] };
  const some = await inTime(
    db,
    patience.forMs,
    sql<{ id: string; fullName: string }>`
      select c.id, c.full_name as "fullName" from candidate c where c.merged_into is null and ${condition} limit ${few}`,
  );
  return { ...total, some: some ?? [] };
}

async function flowsOn(db: Db, poolId: string): Promise<PoolPreview['starts']> {
  const listening = await sql<{ flowId: string; name: string; plan: Plan }>`
    select distinct on (f.id) f.id as "flowId", f.name, v.plan
    from flow_trigger t join flow_version v on v.id = t.version_id join flow f on f.id = v.flow_id
    where t.event_type in ('pool.joined', 'pool.left') and v.live_until is null and f.state in ('live', 'paused')
    order by f.id`.execute(db);
  const starts = listening.rows.flatMap(({ flowId, name, plan }) =>
    plan.triggers.flatMap(({ event, when }) => {
      const on = event === 'pool.joined' ? 'joined' : event === 'pool.left' ? 'left' : null;
      return on && meant(when, poolId) ? [{ flowId, name, on } as const] : [];
    }),
  );
  return starts.sort((a, b) => a.name.localeCompare(b.name));
}

/** A trigger that names no pool hears of every pool. */
function meant(when: Condition | undefined, poolId: string): boolean {
  const named = when ? [...leavesOf(when)].filter(({ field }) => field === 'event.poolId') : [];
  return named.every(({ value }) => value === poolId);
}
