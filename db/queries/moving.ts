/** Runs taken elsewhere, many at a time: who has their turn, what their ledgers hold, and how they are written back. */
import { sql } from 'kysely';
import type { Plan } from '../../engine/plan/ops.ts';
import { jumpEvents } from '../../engine/run/listen.ts';
import type { Before, Choice, RunChoice } from '../schema-operations.ts';
import { waitsFor } from './asked.ts';
import { type Advanced, exitsOf, saveAdvanced } from './enrolments.ts';
import type { Trx } from './lock.ts';
import { type Lane, markToWake } from './marks.ts';

const beyond = (cursor: string | null) => (cursor === null ? sql`` : sql`and e.id > ${cursor}::uuid`);
const onTheWay = sql`e.status in ('open', 'blocked')`;

/** Whose turn it is: a run's id, or a candidate's who is to be enrolled. */
export interface Turn {
  ref: string;
  candidateId: string;
}
const run = sql`e.id as ref, e.candidate_id as "candidateId"`;

/** Who stands where a choice was made for, in id order. */
export async function nextToMove(
  trx: Trx,
  { to, choices }: { to: string; choices: readonly Choice[] },
  cursor: string | null,
  limit: number,
): Promise<Turn[]> {
  const found = await sql<Turn>`
    select ${run} from enrolment e
      join jsonb_to_recordset(${JSON.stringify(choices)}::jsonb) as choice (version uuid, node text) on choice.version = e.version_id and choice.node = e.node_id
      where ${onTheWay} and e.version_id <> ${to} ${beyond(cursor)} order by e.id limit ${limit}`.execute(
    trx,
  );
  return found.rows;
}

/** Whom a move has moved, and whom it took out of the flow, in id order. */
export async function nextToBringBack(
  trx: Trx,
  operationId: string,
  cursor: string | null,
  limit: number,
): Promise<Turn[]> {
  const found = await sql<Turn>`
    select e.ref_id as ref, e.candidate_id as "candidateId" from operation_row e
    where e.operation_id = ${operationId} and e.outcome = 'changed'
      ${cursor === null ? sql`` : sql`and e.ref_id > ${cursor}::uuid`} order by e.ref_id limit ${limit}`.execute(
    trx,
  );
  return found.rows;
}

/** How those whom a move has moved stood before. */
export async function beforeOf(
  trx: Trx,
  operationId: string,
  ids: readonly string[],
): Promise<Map<string, Before>> {
  const found = await sql<{ id: string; before: Before }>`
    select ref_id as id, before from operation_row
    where operation_id = ${operationId} and ref_id = any(${[...ids]}::uuid[]) and before is not null`.execute(
    trx,
  );
  return new Map(found.rows.map((row) => [row.id, row.before]));
}

export async function versionNumbers(trx: Trx, flowId: string): Promise<Map<string, number>> {
  const found = await trx
    .selectFrom('flow_version')
    .select(['id', 'number'])
    .where('flow_id', '=', flowId)
    .execute();
  return new Map(found.map((row) => [row.id, row.number]));
}

const chosen = (flowId: string, who: RunChoice) =>
  'ids' in who
    ? sql`e.flow_id = ${flowId} and e.id = any(${who.ids}::uuid[])`
    : sql`e.flow_id = ${flowId} and e.started_at <= ${who.before}::timestamptz ${who.status ? sql`and e.status = ${who.status}` : sql``}
        ${who.node ? sql`and e.node_id = ${who.node}` : sql``} ${who.version ? sql`and e.version_id = ${who.version}` : sql``}`;

/** Who is to be repaired, in id order; of those that were named also the ones who are over. */
export async function nextToRepair(
  trx: Trx,
  flowId: string,
  who: RunChoice,
  cursor: string | null,
  limit: number,
): Promise<Turn[]> {
  const found = await sql<Turn>`
    select ${run} from enrolment e where ${chosen(flowId, who)} ${'ids' in who ? sql`` : sql`and ${onTheWay}`} ${beyond(cursor)}
      order by e.id limit ${limit}`.execute(trx);
  return found.rows;
}

export async function countToRepair(trx: Trx, flowId: string, who: RunChoice): Promise<number> {
  const found = await sql<{ n: number }>`
    select count(*)::int as n from enrolment e where ${chosen(flowId, who)} ${'ids' in who ? sql`` : sql`and ${onTheWay}`}`.execute(
    trx,
  );
  return found.rows[0]?.n ?? 0;
}

/** The greatest visit of each node that the ledgers of these runs hold. */
export async function visitsOf(
  trx: Trx,
  ids: readonly string[],
): Promise<Map<string, Record<string, number>>> {
  const found = await sql<{ id: string; visits: Record<string, number> }>`
    select id, jsonb_object_agg(node_id, visit) as visits from (
      select enrolment_id as id, node_id, max(visit) as visit from step where enrolment_id = any(${[...ids]}::uuid[]) group by 1, 2) as last
    group by id`.execute(trx);
  return new Map(found.rows.map((row) => [row.id, row.visits]));
}

export interface Moved {
  advanced: Advanced;
  /** The version it is in from now on, and what that version listens for. */
  versionId: string;
  plan: Plan;
}

/**
 * Ledger rows, cursors, versions, and the decisions that are waited for again; each run is looked at as soon as its
 * turn comes. The candidates must be locked.
 */
export async function saveMoved(trx: Trx, moved: readonly Moved[], lane: Lane): Promise<void> {
  if (moved.length === 0) return;
  await redateDecisions(trx, moved);
  await saveAdvanced(
    trx,
    moved.map(({ advanced }) => advanced),
  );
  const rows = moved.map(({ advanced, versionId, plan }) => ({
    id: advanced.enrolmentId,
    version: versionId,
    exits: exitsOf(plan.settings),
    goals: plan.settings.goal?.events ?? [],
    jumps: jumpEvents(plan),
  }));
  await sql`
    update enrolment set version_id = row.version, exit_on = array(select jsonb_array_elements_text(row.exits)),
      goal_events = array(select jsonb_array_elements_text(row.goals)),
      jump_on = array(select jsonb_array_elements_text(row.jumps))
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (id uuid, version uuid, exits jsonb, goals jsonb, jumps jsonb)
    where enrolment.id = row.id`.execute(trx);
  await reopenDecisions(
    trx,
    moved.flatMap(({ advanced: { enrolmentId, state } }) =>
      state.wait?.kind === 'answer' ? [enrolmentId] : [],
    ),
  );
  await markToWake(
    trx,
    moved.map(({ advanced }) => advanced.enrolmentId),
    lane,
  );
}

/** A decision that is carried over is due when the time to make it is up now. The runs stand where they stood. */
async function redateDecisions(trx: Trx, moved: readonly Moved[]): Promise<void> {
  const rows = moved.flatMap(({ advanced: { enrolmentId, state } }) =>
    state.wait?.kind === 'answer'
      ? [
          {
            id: enrolmentId,
            node: state.wait.asked ?? state.node,
            visit: state.wait.visit,
            until: new Date(state.wait.until).toISOString(),
            rule: state.wait.rule,
          },
        ]
      : [],
  );
  if (rows.length === 0) return;
  await sql`
    update task set due_at = row.until
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (id uuid, node text, visit int, until timestamptz, rule text)
      join enrolment e on e.id = row.id
    where task.enrolment_id = row.id and task.node_id = row.node and task.visit = row.visit and task.kind = 'approval'
      and task.status = 'open' and ${waitsFor('e', 'task')} and e.state #>> '{wait,rule}' <> row.rule`.execute(
    trx,
  );
}

/** A decision was recalled when its run was moved away from it; of a run that is brought back it is open once more. */
async function reopenDecisions(trx: Trx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    update task set status = 'open', settled_at = null, settled_by = null from enrolment e
    where e.id = any(${[...ids]}::uuid[]) and task.enrolment_id = e.id and task.kind = 'approval'
      and task.status = 'cancelled' and ${waitsFor('e', 'task')}`.execute(trx);
}

export interface Standing {
  version: string;
  number: number;
  node: string;
  open: number;
  blocked: number;
}

/** Who is on the way, by version and node. */
export async function standingIn(trx: Trx, flowId: string): Promise<Standing[]> {
  const found = await sql<Standing>`
    select v.id as version, v.number, e.node_id as node, count(*) filter (where e.status = 'open')::int as open,
      count(*) filter (where e.status = 'blocked')::int as blocked
    from flow_version v join enrolment e on e.version_id = v.id and ${onTheWay} and e.node_id is not null
    where v.flow_id = ${flowId} group by 1, 2, 3 order by 2 desc, 3`.execute(trx);
  return found.rows;
}
