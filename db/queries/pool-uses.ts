/** Which flows a pool matters to. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';

export interface PoolUse {
  id: string;
  name: string;
  state: 'live' | 'paused';
}

/** Flows that are live or paused and name it anywhere: in a trigger, a step or a condition. By name. */
export async function flowsUsingPool(db: Db, poolId: string): Promise<PoolUse[]> {
  const found = await sql<PoolUse>`
    select f.id, f.name, f.state from flow f join flow_version v on v.id = f.live_version_id
    where f.state in ('live', 'paused') and v.plan::text like ${`%"${poolId}"%`} order by lower(f.name), f.id limit 50`.execute(
    db,
  );
  return found.rows;
}
