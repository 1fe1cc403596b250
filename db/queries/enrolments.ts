/** An enrolment's rows: loaded and written back by `advance`, created by the router. */
import { sql } from 'kysely';
import { mergedPasts, type PastAsked } from '../../engine/conditions/history.ts';
import type { RunEvent } from '../../engine/events.ts';
import type { Facts } from '../../engine/facts.ts';
import type { FlowSettings } from '../../engine/flow/schema.ts';
import { historyOfPlan } from '../../engine/plan/history.ts';
import type { Plan } from '../../engine/plan/ops.ts';
import { jumpEvents } from '../../engine/run/listen.ts';
import type { Pause } from '../../engine/run/pauses.ts';
import type { RunState, RunStatus, StepRecord } from '../../engine/run/state.ts';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import type { StoredParent, StoredState } from '../schema.ts';
import { waitsFor } from './asked.ts';
import { factsJoins, factsJson } from './facts.ts';
import { loadHistories } from './history.ts';
import { MergedMeanwhile, type Trx } from './lock.ts';
import { planOf } from './plans.ts';

export interface LoadedEnrolment {
  id: string;
  flowId: string;
  versionId: string;
  candidateId: string;
  applicationId: string | null;
  causeDepth: number;
  triggerEventId: string | null;
  /** Who asked for it; null: a person, or a trigger. */
  parent: StoredParent | null;
  /** Milliseconds since 1970. */
  startedAt: number;
  flowState: 'draft' | 'live' | 'paused' | 'archived';
  pauses: Pause[];
  state: RunState;
  facts: Facts;
  /** Not seen yet, in order. */
  events: RunEvent[];
}

interface EnrolmentRow {
  id: string;
  flowId: string;
  versionId: string;
  candidateId: string;
  applicationId: string | null;
  causeDepth: number;
  triggerEventId: string | null;
  parent: StoredParent | null;
  startedAt: Date;
  flowState: LoadedEnrolment['flowState'];
  pauses: Pause[];
  status: RunStatus;
  nodeId: string | null;
  seenSeq: number;
  goalUntil: Date | null;
  goalAt: Date | null;
  goalEventId: string | null;
  stored: StoredState;
  facts: Facts;
  events: RunEvent[];
}

/**
 * Locks the enrolments' candidates and reads everything an advance of each needs, in no particular order. One that
 * does not exist is left out. `later` are those whose candidate another of them has already: their turn comes when
 * that one has changed what they are to see. So are those of a candidate who is busy elsewhere, or was merged a moment
 * ago: no lock is waited for, so that she does not hold up the others.
 * A flow that is not live is locked against being resumed until this transaction ends: whoever resumes it afterwards
 * finds the runs as this transaction left them, and marks them.
 */
export async function lockAndLoadAll(
  trx: Trx,
  ids: readonly string[],
): Promise<{ loaded: LoadedEnrolment[]; later: Set<string> }> {
  const locked = await sql<{ id: string }>`
    select candidate.id from candidate
    where candidate.id in (select candidate_id from enrolment where enrolment.id = any(${[...ids]}::uuid[]))
    order by candidate.id for no key update skip locked`.execute(trx);
  const people = new Set(locked.rows.map((row) => row.id));
  const all = await loadEnrolments(trx, ids);
  const loaded = all.filter((one) => people.delete(one.candidateId));
  const later = new Set(all.filter((one) => !loaded.includes(one)).map((one) => one.id));
  return { loaded: await withFlowStates(trx, loaded), later };
}

/** A flow that seemed paused is looked at again, locked. */
async function withFlowStates(trx: Trx, loaded: LoadedEnrolment[]): Promise<LoadedEnrolment[]> {
  const still = [...new Set(loaded.filter((one) => one.flowState !== 'live').map((one) => one.flowId))];
  if (still.length === 0) return loaded;
  const flows = await sql<{ id: string; state: LoadedEnrolment['flowState']; pauses: Pause[] }>`
    select id, state, pauses from flow where id = any(${still}::uuid[]) order by id for share`.execute(trx);
  const states = new Map(flows.rows.map((flow) => [flow.id, flow]));
  return loaded.map((one) => {
    const { state: flowState = one.flowState, pauses = one.pauses } = states.get(one.flowId) ?? {};
    return { ...one, flowState, pauses };
  });
}

/**
 * The same for one, waiting for the lock. Null: there is no such enrolment.
 * @throws {MergedMeanwhile} when the candidate was merged into another before the lock was there.
 */
export const lockAndLoad = (trx: Trx, id: string): Promise<LoadedEnrolment | null> =>
  lockOne(trx, id, loadEnrolments);

/** The same without what its plan asks of the past: for one whose plan cannot be read. */
export const lockAndLoadBare = (trx: Trx, id: string): Promise<LoadedEnrolment | null> =>
  lockOne(trx, id, async (_, ids) => (await readEnrolments(trx, ids)).map((row) => loadedOf(row)));

async function lockOne(
  trx: Trx,
  id: string,
  load: (trx: Trx, ids: readonly string[]) => Promise<LoadedEnrolment[]>,
): Promise<LoadedEnrolment | null> {
  const locked = await sql<{ id: string }>`
    select candidate.id from candidate
    where candidate.id = (select candidate_id from enrolment where enrolment.id = ${id}) for no key update`.execute(
    trx,
  );
  const [loaded] = locked.rows[0] ? await load(trx, [id]) : [];
  if (!loaded) return null;
  if (loaded.candidateId !== locked.rows[0]?.id) throw new MergedMeanwhile();
  return (await withFlowStates(trx, [loaded]))[0] ?? null;
}

/**
 * The same for many, whichever candidates they are of, waiting for the locks in id order. Those that do not exist are
 * left out, and the flow is not locked against being resumed: for changes that a pause does not hold up.
 * @throws {MergedMeanwhile} when a candidate was merged into another before the locks were there.
 */
export async function lockAndLoadEach(trx: Trx, ids: readonly string[]): Promise<LoadedEnrolment[]> {
  if (ids.length === 0) return [];
  const locked = await sql<{ id: string }>`
    select candidate.id from candidate
    where candidate.id in (select candidate_id from enrolment where enrolment.id = any(${[...ids]}::uuid[]))
    order by candidate.id for no key update`.execute(trx);
  const people = new Set(locked.rows.map((row) => row.id));
  const loaded = await loadEnrolments(trx, ids);
  if (loaded.some((one) => !people.has(one.candidateId))) throw new MergedMeanwhile();
  return loaded;
}

/** Everything one advance needs, without a lock. Null: there is no such enrolment. */
export async function loadEnrolment(db: Trx | Db, id: string): Promise<LoadedEnrolment | null> {
  return (await loadEnrolments(db, [id]))[0] ?? null;
}

/** The same for many; those that do not exist are left out. */
export async function loadEnrolments(trx: Trx | Db, ids: readonly string[]): Promise<LoadedEnrolment[]> {
  const rows = await readEnrolments(trx, ids);
  const histories = await historiesFor(trx, rows);
  return rows.map((row) => loadedOf(row, histories.get(row.candidateId)));
}

async function readEnrolments(trx: Trx | Db, ids: readonly string[]): Promise<EnrolmentRow[]> {
  const loaded = await sql<EnrolmentRow>`
    select en.id, en.flow_id as "flowId", en.version_id as "versionId", en.candidate_id as "candidateId",
      en.application_id as "applicationId", en.cause_depth as "causeDepth", en.trigger_event_id as "triggerEventId", en.parent, en.started_at as "startedAt",
      f.state as "flowState", f.pauses, en.status, en.node_id as "nodeId", en.seen_seq as "seenSeq",
      en.goal_until as "goalUntil", en.goal_at as "goalAt", en.goal_event_id as "goalEventId", en.state as stored,
      ${factsJson} as facts,
      case when c.event_seq = en.seen_seq then '[]'::jsonb else coalesce((
        select jsonb_agg(jsonb_build_object('id', ev.id, 'seq', ev.seq, 'type', ev.type,
          'at', floor(extract(epoch from ev.at) * 1000), 'movedFrom', case when ev.moved then floor(extract(epoch from ev.recorded_at) * 1000) end, 'applicationId', ev.application_id,
          'enrolmentId', ev.enrolment_id, 'data', ev.data) order by ev.seq)
        from event ev where ev.candidate_id = en.candidate_id and ev.seq > en.seen_seq), '[]') end as events
    from enrolment en
    join flow f on f.id = en.flow_id
    join candidate c on c.id = en.candidate_id
    left join application a on a.id = en.application_id
    ${factsJoins}
    where en.id = any(${[...ids]}::uuid[])`.execute(trx);
  return loaded.rows;
}

function loadedOf(row: EnrolmentRow, past?: Pick<Facts, 'history'>): LoadedEnrolment {
  return {
    id: row.id,
    flowId: row.flowId,
    versionId: row.versionId,
    candidateId: row.candidateId,
    applicationId: row.applicationId,
    causeDepth: row.causeDepth,
    triggerEventId: row.triggerEventId,
    parent: row.parent,
    startedAt: row.startedAt.getTime(),
    flowState: row.flowState,
    pauses: row.pauses,
    facts: { ...row.facts, ...past },
    events: row.events,
    state: {
      ...row.stored,
      status: row.status,
      node: row.nodeId,
      seenSeq: Number(row.seenSeq),
      goalUntil: row.goalUntil?.getTime() ?? null,
      goal: row.goalAt ? { at: row.goalAt.getTime(), eventId: row.goalEventId } : null,
    },
  };
}

/** What their plans ask of the past, if any of them does: usually nothing is asked, and nothing is looked up. */
async function historiesFor(
  trx: Trx | Db,
  rows: readonly EnrolmentRow[],
): Promise<Map<string, Pick<Facts, 'history'>>> {
  const pasts: PastAsked[] = [];
  const asking = new Set<string>();
  for (const row of rows) {
    const asked = historyOfPlan(await planOf(trx, row.versionId));
    pasts.push(...asked);
    if (asked.length > 0) asking.add(row.candidateId);
  }
  return loadHistories(trx, [...asking], mergedPasts(pasts));
}

export interface Advanced {
  enrolmentId: string;
  versionId: string;
  state: RunState;
  steps: StepRecord[];
  wakeAt: number | null;
  end: { status: RunStatus; reason: string; eventId: string | null } | null;
  now: number;
  /** The workflow's own advance clears every mark; the waker's first stretch keeps the start until Temporal has it. */
  keepStartMark: boolean;
}

const stored = (state: RunState): StoredState => ({
  enteredAt: state.enteredAt,
  visits: state.visits,
  wait: state.wait,
  heard: state.heard,
  problem: state.problem,
  ...(state.retried ? { retried: state.retried } : {}),
});

const instant = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** The ledger rows, the new cursors and the marks' end, in one statement. The candidates must be locked. */
export async function saveAdvanced(trx: Trx, advanced: readonly Advanced[]): Promise<void> {
  if (advanced.length === 0) return;
  const steps = advanced.flatMap(({ enrolmentId, versionId, steps }) =>
    steps.map((step) => ({
      enrolment_id: enrolmentId,
      version_id: versionId,
      node_id: step.node,
      visit: step.visit,
      outcome: step.outcome,
      port: step.port,
      entered_at: instant(step.enteredAt),
      left_at: instant(step.leftAt),
      detail: step.detail,
    })),
  );
  const rows = advanced.map(({ enrolmentId, state, wakeAt, end, now, keepStartMark }) => ({
    id: enrolmentId,
    status: state.status,
    node_id: state.node,
    state: stored(state),
    wake_at: instant(wakeAt),
    wait_event: state.wait?.event ?? state.wait?.listens ?? null,
    seen_seq: state.seenSeq,
    goal_until: instant(state.goalUntil),
    goal_at: instant(state.goal?.at ?? null),
    goal_event_id: state.goal?.eventId ?? null,
    ended_at: end === null ? null : instant(Math.max(now, state.enteredAt)),
    end_reason: end?.reason ?? null,
    end_event_id: end?.eventId ?? null,
    keeps_start: keepStartMark && end === null,
    now: instant(now),
  }));
  await sql`
    with given as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
        id uuid, status text, node_id text, state jsonb, wake_at timestamptz, wait_event text, seen_seq bigint,
        goal_until timestamptz, goal_at timestamptz, goal_event_id uuid, ended_at timestamptz, end_reason text,
        end_event_id uuid, keeps_start boolean, now timestamptz)
    ), ledger as (
      insert into step (enrolment_id, node_id, visit, version_id, outcome, port, entered_at, left_at, detail)
      select enrolment_id, node_id, visit, version_id, outcome, port, entered_at, left_at, detail
      from jsonb_to_recordset(${JSON.stringify(steps)}::jsonb) as row (enrolment_id uuid, version_id uuid, node_id text, visit int,
        outcome text, port text, entered_at timestamptz, left_at timestamptz, detail jsonb)
    ), timed as (
      update mark set start_at = given.wake_at from given
      where given.keeps_start and mark.enrolment_id = given.id and mark.kind = 'start'
    ), looked as (
      delete from mark using given where not given.keeps_start and mark.enrolment_id = given.id
    ), recalled as (
      -- A decision that the run no longer waits for, however it went on.
      update task set status = 'cancelled', settled_at = given.now from given
      where task.enrolment_id = given.id and task.kind = 'approval' and task.status = 'open'
        and ${waitsFor('given', 'task')} is not true
    ), forgotten as (
      -- What an answer brought that nobody will take in any more.
      update webhook_call set kept = null from given
      where webhook_call.enrolment_id = given.id and given.ended_at is not null and webhook_call.kept is not null
    )
    update enrolment set
      status = given.status, node_id = given.node_id, state = given.state, wake_at = given.wake_at,
      wait_event = given.wait_event, seen_seq = given.seen_seq, goal_until = given.goal_until, goal_at = given.goal_at,
      goal_event_id = given.goal_event_id, ended_at = given.ended_at, end_reason = given.end_reason,
      end_event_id = given.end_event_id
    from given where enrolment.id = given.id`.execute(trx);
}

/** `*`: any event may end the run, if its flow's condition for leaving then holds. */
export const exitsOf = ({ exitOn, exitWhen }: FlowSettings): string[] =>
  exitWhen ? [...exitOn, '*'] : exitOn;

export interface NewEnrolment {
  id: string;
  flowId: string;
  versionId: string;
  candidateId: string;
  applicationId: string | null;
  entryKey: string;
  triggerNode: string;
  triggerEventId: string;
  causeDepth: number;
  parent: StoredParent | null;
  /** Milliseconds since 1970. */
  startedAt: number;
  plan: Plan;
  state: RunState;
  steps: StepRecord[];
  lane: 'event' | 'bulk';
  /** A person put her in. */
  byHand: boolean;
}

/**
 * Creates enrolments with their first ledger row and their starting mark. One that exists already, by trigger
 * event or because the candidate is in the flow, is left out of the answer. The candidates must be locked.
 */
export async function insertEnrolments(trx: Trx, enrolments: readonly NewEnrolment[]): Promise<string[]> {
  if (enrolments.length === 0) return [];
  const rows = enrolments.map((one) => ({
    id: one.id,
    flow_id: one.flowId,
    version_id: one.versionId,
    candidate_id: one.candidateId,
    application_id: one.applicationId,
    entry_key: one.entryKey,
    trigger_node: one.triggerNode,
    trigger_event_id: one.triggerEventId,
    cause_depth: one.causeDepth,
    parent: one.parent,
    by_hand: one.byHand,
    node_id: one.state.node,
    state: stored(one.state),
    exit_on: exitsOf(one.plan.settings),
    goal_events: one.plan.settings.goal?.events ?? [],
    jump_on: jumpEvents(one.plan),
    goal_until: instant(one.state.goalUntil),
    seen_seq: one.state.seenSeq,
    started_at: instant(one.startedAt),
    mark_id: newId(one.startedAt),
    lane: one.lane,
    steps: one.steps.map((step) => ({
      ...step,
      enteredAt: instant(step.enteredAt),
      leftAt: instant(step.leftAt),
    })),
  }));
  const inserted = await sql<{ id: string }>`
    with given as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
        id uuid, flow_id uuid, version_id uuid, candidate_id uuid, application_id uuid, entry_key text, trigger_node text,
        trigger_event_id uuid, cause_depth int, parent jsonb, by_hand boolean, node_id text, state jsonb, exit_on jsonb, goal_events jsonb, jump_on jsonb,
        goal_until timestamptz, seen_seq bigint, started_at timestamptz, mark_id uuid, lane text, steps jsonb)
    ), entered as (
      insert into enrolment (id, flow_id, version_id, candidate_id, application_id, entry_key, trigger_node, trigger_event_id,
        cause_depth, parent, by_hand, status, node_id, state, exit_on, goal_events, jump_on, goal_until, seen_seq, started_at)
      select id, flow_id, version_id, candidate_id, application_id, entry_key, trigger_node, trigger_event_id, cause_depth, parent, by_hand, 'open',
        node_id, state, array(select jsonb_array_elements_text(exit_on)), array(select jsonb_array_elements_text(goal_events)),
        array(select jsonb_array_elements_text(jump_on)),
        goal_until, seen_seq, started_at
      from given
      on conflict do nothing
      returning id, version_id
    ), first_steps as (
      insert into step (enrolment_id, node_id, visit, version_id, outcome, port, entered_at, left_at, detail)
      select entered.id, row.node, row.visit, entered.version_id, row.outcome, row.port, row."enteredAt", row."leftAt", row.detail
      from entered join given on given.id = entered.id
      cross join jsonb_to_recordset(given.steps) as row (node text, visit int, outcome text, port text, "enteredAt" timestamptz, "leftAt" timestamptz, detail jsonb)
    ), marked as (
      insert into mark (id, enrolment_id, kind, lane)
      select given.mark_id, entered.id, 'start', given.lane from entered join given on given.id = entered.id
    )
    select id from entered`.execute(trx);
  return inserted.rows.map((row) => row.id);
}
