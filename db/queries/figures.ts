/** The figures of one flow version: rolled up, plus what the ledger holds above the mark, plus who is there now. */
import { sql } from 'kysely';
import type { Goal } from '../../engine/flow/schema.ts';
import type { Db } from '../connect.ts';

export interface StoredFigures {
  version: number;
  goal: Goal | null;
  /** Node ids of the triggers and of the ends. */
  triggers: string[];
  ends: string[];
  /** Sums per node, kind and port; kinds as the roll-up writes them. */
  sums: { node: string; kind: string; port: string; n: number }[];
  /** Who stands where now; `first`: those on their first visit. */
  standing: { node: string; status: 'open' | 'blocked'; n: number; first: number }[];
  /** Reached the goal in their window, which is over; or whose window may still run; and whom the goal took out of the flow. */
  reached: number;
  converted: number;
  leftAtGoal: number;
  /** Whose window is still running. */
  maturing: number;
}

/** Of the version with that number, else of the newest. Null: nothing was ever published. */
export async function readFigures(
  db: Db,
  flowId: string,
  number: number | null,
  now: number,
): Promise<StoredFigures | null> {
  const found = await sql<StoredFigures>`
    with version as materialized (
      select id, number, graph from flow_version where flow_id = ${flowId} ${number === null ? sql`` : sql`and number = ${number}`}
      order by number desc limit 1
    ), mark as materialized (
      select below from funnel_mark
    ), tail as materialized (
      select node_id, outcome, coalesce(port, '') as port, visit from step, version
      where step.xid >= (select below from mark) and step.version_id = version.id
    ), summed as (
      select node_id, kind, port, n from funnel, version where funnel.version_id = version.id
      union all select node_id, outcome, port, count(*) from tail group by 1, 2, 3
      union all select node_id, 'visited-first', '', count(*) from tail where visit = 1 group by 1
      union all select node_id, kind, '', count(*) from milestone, version
        where milestone.xid >= (select below from mark) and milestone.version_id = version.id and node_id is not null group by 1, 2
    )
    select version.number as version, version.graph->'settings'->'goal' as goal,
      coalesce((select jsonb_agg(node_id) from flow_trigger where version_id = version.id), '[]') as triggers,
      coalesce((select jsonb_agg(node->>'id') from jsonb_array_elements(version.graph->'nodes') node where node->>'type' = 'end'), '[]') as ends,
      coalesce((select jsonb_agg(jsonb_build_object('node', node_id, 'kind', kind, 'port', port, 'n', n))
        from (select node_id, kind, port, sum(n) as n from summed group by 1, 2, 3) as sums), '[]') as sums,
      coalesce((select jsonb_agg(jsonb_build_object('node', node_id, 'status', status, 'n', n, 'first', first)) from (
        select node_id, status, count(*) as n, count(*) filter (where first_visit) as first
        from enrolment where version_id = version.id and status in ('open', 'blocked') and node_id is not null group by 1, 2) as there), '[]') as standing,
      goal.reached, goal.converted, goal."leftAtGoal",
      (select count(*)::int from enrolment where version_id = version.id and goal_until > ${new Date(now)}) as maturing
    from version cross join lateral (
      select count(*)::int as converted, count(*) filter (where goal_until <= ${new Date(now)})::int as reached,
        count(*) filter (where status = 'converted')::int as "leftAtGoal"
      from enrolment where version_id = version.id and goal_at is not null
    ) as goal`.execute(db);
  return found.rows[0] ?? null;
}
