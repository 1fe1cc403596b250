/** Flows as the list and their pages show them. Counts come from the roll-up and from who is on the way now. */
import { sql } from 'kysely';
import type { Graph } from '../../engine/flow/schema.ts';
import type { Db } from '../connect.ts';
import type { AfterTime, Page } from './page.ts';

export type FlowState = 'draft' | 'live' | 'paused' | 'archived';

export interface ListedFlow {
  id: string;
  name: string;
  state: FlowState;
  version: number | null;
  liveSince: Date | null;
  draftChanged: boolean;
  counts: { waiting: number; entered: number; converted: number; blocked: number };
  updatedAt: Date;
  pausedReason: string | null;
  onHold: boolean;
  /** Messages that wait for a person. */
  held: number;
  draftRevision: number;
  createdAt: Date;
}

/** First visits in the ledger above the mark, read once for all flows. */
const tail = sql`tail as materialized (
  select version_id, node_id, count(*) as n from step where xid >= (select below from funnel_mark) and visit = 1 group by 1, 2)`;
/** With `t` a trigger in scope: who passed it, rolled up and above the mark. */
const passed = sql`
  select n from funnel where version_id = t.version_id and node_id = t.node_id and kind = 'visited-first'
  union all
  select n from tail where version_id = t.version_id and node_id = t.node_id`;

/** With `f` a flow in scope. Who entered is who passed a trigger. */
const columns = sql`
  f.id, f.name, f.state, live.number as version, live.live_from as "liveSince", f.updated_at as "updatedAt",
  f.paused_reason as "pausedReason", f.on_hold as "onHold",
  (select count(*)::int from message m where m.flow_id = f.id and m.status = 'held') as held, f.draft_revision as "draftRevision", f.created_at as "createdAt",
  live.id is null or (f.draft - 'name') <> (live.graph - 'name') as "draftChanged",
  (select jsonb_build_object('waiting', count(*) filter (where e.status = 'open'), 'blocked', count(*) filter (where e.status = 'blocked'))
    from flow_version v join enrolment e on e.version_id = v.id where v.flow_id = f.id and e.status in ('open', 'blocked'))
  || jsonb_build_object(
    'converted', (select count(*) from enrolment e join flow_version v on v.id = e.version_id where v.flow_id = f.id and e.goal_at is not null),
    'entered', (
      select coalesce(sum(n.n), 0) from flow_version v join flow_trigger t on t.version_id = v.id cross join lateral (${passed}) n
      where v.flow_id = f.id)
  ) as counts`;
const from = sql`from flow f left join flow_version live on live.id = f.live_version_id`;

/** Last changed first. Without a `state`, archived ones are left out. */
export async function listFlows(
  db: Db,
  { limit, after }: Page<AfterTime>,
  state?: FlowState,
): Promise<ListedFlow[]> {
  const found = await sql<ListedFlow>`
    with ${tail} select ${columns} ${from}
    where ${state ? sql`f.state = ${state}` : sql`f.state <> 'archived'`} ${after ? sql`and (f.updated_at, f.id) < (${after.at}, ${after.id}::uuid)` : sql``}
    order by f.updated_at desc, f.id desc limit ${limit}`.execute(db);
  return found.rows;
}

export async function readFlow(db: Db, id: string): Promise<ListedFlow | null> {
  const found = await sql<ListedFlow>`with ${tail} select ${columns} ${from} where f.id = ${id}`.execute(db);
  return found.rows[0] ?? null;
}

export interface ListedVersion {
  id: string;
  number: number;
  note: string;
  publishedAt: Date;
  publishedBy: string | null;
  scenariosOverridden: string | null;
  live: boolean;
  entered: number;
  open: number;
}

/** Newest first; `after`: the number of the last version seen. */
export async function listVersions(
  db: Db,
  flowId: string,
  { limit, after }: Page<number>,
): Promise<ListedVersion[]> {
  const found = await sql<ListedVersion>`
    with ${tail} select v.id, v.number, v.note, v.published_at as "publishedAt", u.name as "publishedBy", v.scenarios_overridden as "scenariosOverridden", v.id = f.live_version_id as live,
      (select count(*)::int from enrolment e where e.version_id = v.id and e.status in ('open', 'blocked')) as open,
      (select coalesce(sum(n.n), 0)::int from flow_trigger t cross join lateral (${passed}) n where t.version_id = v.id) as entered
    from flow_version v join flow f on f.id = v.flow_id left join "user" u on u.id = v.published_by
    where v.flow_id = ${flowId} ${after === null ? sql`` : sql`and v.number < ${after}`}
    order by v.number desc limit ${limit}`.execute(db);
  return found.rows;
}

export async function readVersion(
  db: Db,
  flowId: string,
  number: number,
): Promise<{
  id: string;
  number: number;
  note: string;
  publishedAt: Date;
  planHash: string;
  graph: Graph;
} | null> {
  const found = await db
    .selectFrom('flow_version')
    .select(['id', 'number', 'note', 'published_at as publishedAt', 'plan_hash as planHash', 'graph'])
    .where('flow_id', '=', flowId)
    .where('number', '=', number)
    .executeTakeFirst();
  return found ?? null;
}
