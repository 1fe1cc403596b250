/** Who is and was in a flow, who was not let in, and asking a flow to take candidates in. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import type { StoredNode } from './candidate-list.ts';
import { nodeJson, waitsUntil } from './candidate-list.ts';
import { askIn } from './enrolling.ts';
import type { By } from './events.ts';
import { maxLocked } from './lock.ts';
import type { AfterTime, Page } from './page.ts';

export type RunStatus = 'open' | 'blocked' | 'ended' | 'exited' | 'converted';

export interface ListedRun {
  id: string;
  candidate: { id: string; fullName: string; headline: string | null };
  version: number;
  status: RunStatus;
  nodeId: string | null;
  node: StoredNode | null;
  waitEvent: string | null;
  wakeAt: Date | null;
  startedAt: Date;
  endedAt: Date | null;
  endReason: string | null;
  /** Reached the goal in its window. */
  goalAt: Date | null;
}

/** Only who is on the way stands anywhere. Said so, and by version, it is looked up in the index of who stands where. */
const standingAt = (flowId: string, node: string) => sql`
  and e.node_id = ${node} and e.status in ('open', 'blocked') and e.version_id = any(array(select id from flow_version where flow_id = ${flowId}))`;

/** Last started first. */
export async function listRuns(
  db: Db,
  flowId: string,
  { status, goal, node, version }: { status?: RunStatus; goal?: 'reached'; node?: string; version?: number },
  { limit, after }: Page<AfterTime>,
): Promise<ListedRun[]> {
  const found = await sql<ListedRun>`
    with page as materialized (
      select e.* from enrolment e
      where e.flow_id = ${flowId} ${status ? sql`and e.status = ${status}` : sql``} ${node ? standingAt(flowId, node) : sql``}
        ${goal ? sql`and e.goal_at is not null` : sql``}
        ${version ? sql`and e.version_id = (select id from flow_version where flow_id = ${flowId} and number = ${version})` : sql``}
        ${after ? sql`and (e.started_at, e.id) < (${after.at}, ${after.id}::uuid)` : sql``}
      order by e.started_at desc, e.id desc limit ${limit}
    )
    select e.id, jsonb_build_object('id', c.id, 'fullName', c.full_name, 'headline', c.headline) as candidate, v.number as version, e.status,
      e.node_id as "nodeId", ${nodeJson(sql`e.node_id`)} as node, nullif(e.state #>> '{wait,event}', '*') as "waitEvent", ${waitsUntil} as "wakeAt",
      e.started_at as "startedAt", e.ended_at as "endedAt", e.end_reason as "endReason", e.goal_at as "goalAt"
    from page e join candidate c on c.id = e.candidate_id join flow_version v on v.id = e.version_id
    order by e.started_at desc, e.id desc`.execute(db);
  return found.rows;
}

export interface ListedRefusal {
  id: string;
  candidate: { id: string; fullName: string };
  code: string;
  detail: Record<string, unknown>;
  at: Date;
}

/** Newest first. */
export async function listRefusals(
  db: Db,
  flowId: string,
  { limit, after }: Page<AfterTime>,
): Promise<ListedRefusal[]> {
  const found = await sql<ListedRefusal>`
    select r.id, jsonb_build_object('id', c.id, 'fullName', c.full_name) as candidate, r.code, r.detail, r.at
    from refusal r join candidate c on c.id = r.candidate_id
    where r.flow_id = ${flowId} ${after ? sql`and (r.at, r.id) < (${after.at}, ${after.id}::uuid)` : sql``}
    order by r.at desc, r.id desc limit ${limit}`.execute(db);
  return found.rows;
}

/** Whether a flow takes anyone in. */
export async function flowState(
  db: Db,
  flowId: string,
): Promise<'draft' | 'live' | 'paused' | 'archived' | null> {
  const found = await db.selectFrom('flow').select('state').where('id', '=', flowId).executeTakeFirst();
  return found?.state ?? null;
}

/**
 * Asks for each candidate; the router decides. Without `applicationId` the context is her one active application,
 * if she has exactly one. Answers how many were asked for; unknown ids are left out.
 */
export async function requestEnrolments(
  db: Db,
  {
    flowId,
    candidateIds,
    applicationId = null,
    by,
  }: { flowId: string; candidateIds: readonly string[]; applicationId?: string | null; by: By },
  now: number,
): Promise<number> {
  let requested = 0;
  const ids = [...new Set(candidateIds)].sort();
  const data = ids.length > 1 ? { bulk: true } : {};
  for (let from = 0; from < ids.length; from += maxLocked) {
    const some = ids.slice(from, from + maxLocked);
    requested += await db.transaction().execute(async (trx) => {
      const { here } = await askIn(trx, { flowId, candidateIds: some, applicationId, by, data }, now);
      return here.length;
    });
  }
  return requested;
}

/** The candidate's one active application; null when she has none or several. */
export async function soleApplication(db: Db, candidateId: string): Promise<string | null> {
  const found = await db
    .selectFrom('application')
    .select('id')
    .where('candidate_id', '=', candidateId)
    .where('status', '=', 'active')
    .limit(2)
    .execute();
  return found.length === 1 ? (found[0]?.id ?? null) : null;
}
