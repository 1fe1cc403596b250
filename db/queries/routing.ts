/** What the router reads and writes: queued events, listening flows, waiting runs, refusals. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import type { Trx } from './lock.ts';

export interface QueuedEvent {
  id: string;
  candidateId: string;
  seq: number;
  type: string;
  at: Date;
  recordedAt: Date;
  applicationId: string | null;
  enrolmentId: string | null;
  data: Record<string, unknown>;
  depth: number;
  byKind: string;
}

/** Holds the queue's rows until the transaction ends. */
export async function claimEvents(trx: Trx, limit: number): Promise<string[]> {
  const claimed = await sql<{ id: string }>`
    select event_id as id from event_queue where dead_reason is null and next_at <= now()
    order by next_at, event_id limit ${limit} for update skip locked`.execute(trx);
  return claimed.rows.map((row) => row.id);
}

export async function readEvents(trx: Trx, ids: readonly string[]): Promise<QueuedEvent[]> {
  const read = await sql<QueuedEvent>`
    select id, candidate_id as "candidateId", seq, type, at, recorded_at as "recordedAt", application_id as "applicationId",
      enrolment_id as "enrolmentId", data, depth, by_kind as "byKind"
    from event where id = any(${[...ids]}::uuid[]) order by candidate_id, seq`.execute(trx);
  return read.rows;
}

export async function unqueue(trx: Trx, ids: readonly string[]): Promise<void> {
  await sql`delete from event_queue where event_id = any(${[...ids]}::uuid[])`.execute(trx);
}

/** Puts events aside after a failure; the last try leaves them for a person to see. */
export async function postponeEvents(
  db: Db,
  ids: readonly string[],
  reason: string,
  mostAttempts: number,
): Promise<void> {
  await sql`
    update event_queue set attempts = attempts + 1, next_at = now() + make_interval(secs => least(300, power(2, attempts))),
      dead_reason = case when attempts + 1 >= ${mostAttempts} then ${reason} end
    where event_id = any(${[...ids]}::uuid[])`.execute(db);
}

export interface Listener {
  flowId: string;
  versionId: string;
  nodeId: string;
  eventType: string;
  liveFrom: Date;
  liveUntil: Date | null;
}

/** Triggers for these kinds of event in every version of a flow that is live or paused. */
export async function listenersFor(trx: Trx, types: readonly string[]): Promise<Listener[]> {
  const found = await sql<Listener>`
    select f.id as "flowId", v.id as "versionId", t.node_id as "nodeId", t.event_type as "eventType",
      v.live_from as "liveFrom", v.live_until as "liveUntil"
    from flow_trigger t join flow_version v on v.id = t.version_id join flow f on f.id = v.flow_id
    where t.event_type = any(${[...types]}::text[]) and f.state in ('live', 'paused')
    order by f.id, v.number, t.node_id`.execute(trx);
  return found.rows;
}

/** The version that was live at an instant, for entering a flow by hand. */
export async function versionLiveAt(trx: Trx, flowId: string, at: Date): Promise<string | null> {
  const found = await sql<{ id: string }>`
    select v.id from flow_version v join flow f on f.id = v.flow_id
    where v.flow_id = ${flowId} and f.state in ('live', 'paused') and v.live_from <= ${at} and (v.live_until is null or v.live_until > ${at})
    order by v.number desc limit 1`.execute(trx);
  return found.rows[0]?.id ?? null;
}

export interface Earlier {
  flowId: string;
  candidateId: string;
  applicationId: string | null;
  jobId: string | null;
  open: boolean;
  /** When the last was over; one that still runs: when it began. */
  last: Date;
}

/** Which of these candidates have been in which of these flows, and about which application. */
export async function earlierEnrolments(
  trx: Trx,
  flowIds: readonly string[],
  candidateIds: readonly string[],
): Promise<Earlier[]> {
  const found = await sql<Earlier>`
    select e.flow_id as "flowId", e.candidate_id as "candidateId", e.application_id as "applicationId", a.job_id as "jobId",
      bool_or(e.status in ('open', 'blocked')) as open, max(coalesce(e.ended_at, e.started_at)) as last
    from enrolment e left join application a on a.id = e.application_id
    where e.candidate_id = any(${[...candidateIds]}::uuid[]) and e.flow_id = any(${[...flowIds]}::uuid[])
    group by 1, 2, 3, 4`.execute(trx);
  return found.rows;
}

/** How many are in each of these flows. Nobody else counts there until this transaction ends. */
export async function lockAndCountOpen(trx: Trx, flowIds: readonly string[]): Promise<Map<string, number>> {
  if (flowIds.length === 0) return new Map();
  await sql`select from flow where id = any(${[...flowIds]}::uuid[]) order by id for no key update`.execute(
    trx,
  );
  const counted = await sql<{ flowId: string; n: number }>`
    select flow_id as "flowId", count(*)::int as n from enrolment
    where flow_id = any(${[...flowIds]}::uuid[]) and status in ('open', 'blocked') group by 1`.execute(trx);
  return new Map(counted.rows.map(({ flowId, n }) => [flowId, n]));
}

/** Marks the open runs of these candidates that wait for, or leave by, an event of these types; `*` is any. */
export async function markListening(
  trx: Trx,
  events: readonly { candidateId: string; type: string }[],
): Promise<string[]> {
  const marked = await sql<{ id: string }>`
    with given as (
      select distinct candidate_id, type from jsonb_to_recordset(${JSON.stringify(events.map((event) => ({ candidate_id: event.candidateId, type: event.type })))}::jsonb)
        as row (candidate_id uuid, type text)
    ), listening as (
      select distinct enrolment.id from given join enrolment on enrolment.candidate_id = given.candidate_id
      where enrolment.status in ('open', 'blocked')
        and (enrolment.wait_event in (given.type, '*') or given.type = any(enrolment.exit_on) or '*' = any(enrolment.exit_on) or given.type = any(enrolment.goal_events)
          or given.type = any(enrolment.jump_on))
    )
    insert into mark (id, enrolment_id, kind, lane) select gen_random_uuid(), id, 'wake', 'event' from listening
    returning enrolment_id as id`.execute(trx);
  return marked.rows.map((row) => row.id);
}

export interface GoalSeeker {
  id: string;
  versionId: string;
  candidateId: string;
  applicationId: string | null;
  goalUntil: Date;
  startedAt: Date;
}

/** Closed runs of these candidates whose goal still counts: reaching it after the last step is a conversion, too. */
export async function goalSeekers(
  trx: Trx,
  candidateIds: readonly string[],
  types: readonly string[],
): Promise<GoalSeeker[]> {
  const found = await sql<GoalSeeker>`
    select id, version_id as "versionId", candidate_id as "candidateId", application_id as "applicationId",
      goal_until as "goalUntil", started_at as "startedAt"
    from enrolment
    where candidate_id = any(${[...candidateIds]}::uuid[]) and goal_until is not null and goal_at is null
      and status not in ('open', 'blocked') and goal_events && ${[...types]}::text[]`.execute(trx);
  return found.rows;
}

export async function setGoalReached(
  trx: Trx,
  enrolmentId: string,
  eventId: string,
  at: Date,
): Promise<void> {
  await sql`update enrolment set goal_at = ${at}, goal_event_id = ${eventId} where id = ${enrolmentId} and goal_at is null`.execute(
    trx,
  );
}

export interface Refusal {
  flowId: string;
  versionId: string | null;
  candidateId: string;
  eventId: string | null;
  /** One of those that `api/refusal-words.ts` has words for; the router gives them. */
  code: string;
  detail: Record<string, unknown>;
}

export async function insertRefusals(trx: Trx, refusals: readonly Refusal[], now: number): Promise<void> {
  if (refusals.length === 0) return;
  const rows = refusals.map((refusal) => ({
    id: newId(now),
    flow_id: refusal.flowId,
    version_id: refusal.versionId,
    candidate_id: refusal.candidateId,
    event_id: refusal.eventId,
    code: refusal.code,
    detail: refusal.detail,
  }));
  await sql`
    insert into refusal (id, flow_id, version_id, candidate_id, event_id, code, detail, at)
    select id, flow_id, version_id, candidate_id, event_id, code, detail, ${new Date(now)}
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as row (id uuid, flow_id uuid, version_id uuid, candidate_id uuid, event_id uuid, code text, detail jsonb)
    where exists (select from flow where flow.id = row.flow_id)
    on conflict do nothing`.execute(trx);
}

export interface FlowRate {
  flowId: string;
  lastHour: number;
  /** A usual hour of the seven days before; null: the flow has not been live for a day. */
  usual: number | null;
}

/**
 * How fast flows start people now, and how fast they usually do. Whom a person put in does not count: that was meant.
 * Nor do `planned` nodes, by which people enter when the time has come.
 */
export async function flowRates(
  trx: Trx,
  flows: readonly { flowId: string; planned: readonly string[] }[],
  now: number,
): Promise<FlowRate[]> {
  const entered = sql`select count(*)::int from enrolment
    where flow_id = f.id and not by_hand and not (given.planned ? coalesce(trigger_node, ''))`;
  const found = await sql<{ flowId: string; lastHour: number; before: number; hours: number }>`
    select f.id as "flowId",
      (${entered} and started_at > ${new Date(now - 3_600_000)}) as "lastHour",
      (${entered} and started_at <= ${new Date(now - 3_600_000)} and started_at > ${new Date(now - 7 * 86_400_000)}) as before,
      least(167, extract(epoch from (${new Date(now - 3_600_000)}::timestamptz - min(v.live_from))) / 3600)::float8 as hours
    from jsonb_to_recordset(${JSON.stringify(flows)}::jsonb) as given ("flowId" uuid, planned jsonb)
    join flow f on f.id = given."flowId" join flow_version v on v.flow_id = f.id
    where f.state = 'live' group by f.id, given.planned`.execute(trx);
  return found.rows.map(({ flowId, lastHour, before, hours }) => ({
    flowId,
    lastHour,
    usual: hours >= 24 ? before / hours : null,
  }));
}

/** A flow that pauses itself says why. */
export async function pauseFlow(trx: Trx, flowId: string, reason: string, now: number): Promise<void> {
  await sql`update flow set state = 'paused', paused_reason = ${reason}, paused_at = ${new Date(now)} where id = ${flowId} and state = 'live'`.execute(
    trx,
  );
}
