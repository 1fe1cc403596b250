/** How those who were sent different ways by lot have fared: per way of each split and holdout of a version. */
import { sql } from 'kysely';
import type { Goal, Graph } from '../../engine/flow/schema.ts';
import type { Db } from '../connect.ts';

export interface StoredWay {
  node: string;
  port: string;
  /** Went this way on their first visit. */
  entered: number;
  /** Of them, those whose window for the goal is over; and those who reached it in theirs. */
  decided: number;
  reached: number;
}

export interface StoredWays {
  version: number;
  graph: Graph;
  goal: Goal | null;
  ways: StoredWay[];
}

/** Of the version with that number, else of the newest. Null: nothing was ever published. */
export async function readWays(
  db: Db,
  flowId: string,
  number: number | null,
  now: number,
): Promise<StoredWays | null> {
  const at = new Date(now);
  const found = await sql<StoredWays>`
    with version as materialized (
      select id, number, graph from flow_version where flow_id = ${flowId} ${number === null ? sql`` : sql`and number = ${number}`}
      order by number desc limit 1
    ), divided as (
      select node->>'id' as node from version, jsonb_array_elements(version.graph->'nodes') node where node->>'type' in ('split', 'holdout')
    ), gone as (
      select s.node_id as node, s.port, count(*)::int as entered,
        count(*) filter (where e.goal_until <= ${at})::int as decided,
        count(*) filter (where e.goal_until <= ${at} and e.goal_at is not null)::int as reached
      from version join divided on true
        join step s on s.version_id = version.id and s.node_id = divided.node and s.visit = 1 and s.outcome = 'passed' and s.port is not null
        join enrolment e on e.id = s.enrolment_id
      group by 1, 2
    )
    select version.number as version, version.graph, version.graph->'settings'->'goal' as goal,
      coalesce((select jsonb_agg(to_jsonb(gone)) from gone), '[]') as ways
    from version`.execute(db);
  return found.rows[0] ?? null;
}
