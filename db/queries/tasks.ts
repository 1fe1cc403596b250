/** Tasks and approvals: their list, and what becomes of one. */
import { sql } from 'kysely';
import type { TaskKind } from '../../engine/effects/task-create.ts';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import { lockOne } from './candidates.ts';
import { type By, recordEvents } from './events.ts';
import type { Trx } from './lock.ts';
import type { Page } from './page.ts';

export type TaskStatus = 'open' | 'done' | 'cancelled';
export type Decision = 'approved' | 'declined';

export interface TaskToWrite {
  kind: TaskKind;
  title: string;
  body: string;
  assigneeId: string | null;
  candidateId: string | null;
  applicationId: string | null;
  /** Milliseconds. */
  dueAt: number | null;
  by: { kind: 'person' | 'flow'; id: string | null };
  /** The visit that made it. */
  enrolmentId?: string;
  node?: string;
  visit?: number;
  now: number;
}

/** Answers their ids. Events are the caller's. */
export async function writeTasks(trx: Trx, tasks: readonly TaskToWrite[]): Promise<string[]> {
  const rows = tasks.map((task) => ({
    id: newId(task.now),
    kind: task.kind,
    title: task.title,
    body: task.body,
    assignee_id: task.assigneeId,
    candidate_id: task.candidateId,
    application_id: task.applicationId,
    due_at: task.dueAt === null ? null : new Date(task.dueAt),
    by_kind: task.by.kind,
    by_id: task.by.id,
    enrolment_id: task.enrolmentId ?? null,
    node_id: task.node ?? null,
    visit: task.visit ?? null,
    created_at: new Date(task.now),
  }));
  await sql`
    insert into task (id, kind, title, body, assignee_id, candidate_id, application_id, due_at, by_kind, by_id, enrolment_id, node_id, visit, created_at)
    select id, kind, title, body, assignee_id, candidate_id, application_id, due_at, by_kind, by_id, enrolment_id, node_id, visit, created_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
      id uuid, kind text, title text, body text, assignee_id text, candidate_id uuid, application_id uuid, due_at timestamptz,
      by_kind text, by_id text, enrolment_id uuid, node_id text, visit int, created_at timestamptz)`.execute(
    trx,
  );
  return rows.map((row) => row.id);
}

export interface NewTask {
  title: string;
  body: string;
  assigneeId: string | null;
  candidateId: string | null;
  applicationId: string | null;
  /** Milliseconds. */
  dueAt: number | null;
}

/** Null: no such candidate. @throws {CandidateMerged} */
export async function createTask(db: Db, given: NewTask, by: By, now: number): Promise<string | null> {
  const { candidateId, applicationId, assigneeId } = given;
  return db.transaction().execute(async (trx) => {
    if (candidateId !== null && !(await lockOne(trx, candidateId))) return null;
    const [id] = await writeTasks(trx, [
      { ...given, kind: 'task', by: { kind: 'person', id: by.id ?? null }, now },
    ]);
    if (candidateId !== null)
      await recordEvents(
        trx,
        [{ candidateId, applicationId, type: 'task.created', data: { kind: 'task', assigneeId }, by }],
        now,
      );
    return id ?? null;
  });
}

export interface ListedTask {
  id: string;
  kind: TaskKind;
  title: string;
  body: string;
  status: TaskStatus;
  outcome: Decision | null;
  assignee: { id: string; name: string } | null;
  candidate: { id: string; fullName: string; headline: string | null } | null;
  applicationId: string | null;
  dueAt: Date | null;
  by: { kind: 'person' | 'flow'; id: string | null; name: string | null };
  enrolmentId: string | null;
  settledAt: Date | null;
  settledBy: { id: string; name: string } | null;
  createdAt: Date;
  /** Where the list goes on; in the place of no due date the end of all time. */
  order: Date;
}

export interface TaskFilter {
  status: TaskStatus;
  /** Null: nobody's; absent: anyone's. */
  assigneeId?: string | null;
  candidateId?: string;
}

const dueOrder = sql`coalesce(t.due_at, timestamptz '2200-01-01 00:00:00+00')`;

/** What is due first comes first. */
export async function listTasks(
  db: Db,
  { status, assigneeId, candidateId }: TaskFilter,
  { limit, after }: Page<{ at: Date; id: string }>,
): Promise<ListedTask[]> {
  const found = await sql<ListedTask>`
    select t.id, t.kind, t.title, t.body, t.status, t.outcome, t.application_id as "applicationId", t.due_at as "dueAt",
      t.enrolment_id as "enrolmentId", t.settled_at as "settledAt", t.created_at as "createdAt", ${dueOrder} as "order",
      case when u.id is null then null else jsonb_build_object('id', u.id, 'name', u.name) end as assignee,
      case when c.id is null then null else jsonb_build_object('id', c.id, 'fullName', c.full_name, 'headline', c.headline) end as candidate,
      jsonb_build_object('kind', t.by_kind, 'id', t.by_id, 'name', coalesce(f.name, maker.name, k.name)) as by,
      case when t.settled_by is null then null else jsonb_build_object('id', t.settled_by, 'name', coalesce(s.name, sk.name, '')) end as "settledBy"
    from task t
    left join "user" u on u.id = t.assignee_id
    left join candidate c on c.id = t.candidate_id
    left join flow f on t.by_kind = 'flow' and f.id::text = t.by_id
    left join "user" maker on t.by_kind = 'person' and maker.id = t.by_id
    left join api_key k on t.by_kind = 'person' and k.id::text = t.by_id
    left join "user" s on s.id = t.settled_by
    left join api_key sk on sk.id::text = t.settled_by
    where t.status = ${status}
      ${assigneeId === undefined ? sql`` : assigneeId === null ? sql`and t.assignee_id is null` : sql`and t.assignee_id = ${assigneeId}`}
      ${candidateId ? sql`and t.candidate_id = ${candidateId}` : sql``}
      ${after ? sql`and (${dueOrder}, t.id) > (${after.at}, ${after.id}::uuid)` : sql``}
    order by ${dueOrder}, t.id limit ${limit}`.execute(db);
  return found.rows;
}

interface Held {
  kind: TaskKind;
  status: TaskStatus;
  outcome: Decision | null;
  candidateId: string | null;
  applicationId: string | null;
  enrolmentId: string | null;
  node: string | null;
  visit: number | null;
  settledAt: Date | null;
  settledBy: string | null;
}

/** Its candidate first, as everywhere; then the row itself. */
async function holdTask(trx: Trx, id: string): Promise<Held | null> {
  const seen = await trx.selectFrom('task').select('candidate_id').where('id', '=', id).executeTakeFirst();
  if (!seen) return null;
  if (seen.candidate_id) await lockOne(trx, seen.candidate_id);
  const held = await trx
    .selectFrom('task')
    .select([
      'kind',
      'status',
      'outcome',
      'candidate_id as candidateId',
      'application_id as applicationId',
      'enrolment_id as enrolmentId',
      'node_id as node',
      'visit',
      'settled_at as settledAt',
      'settled_by as settledBy',
    ])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  return held ?? null;
}

export interface TaskChange {
  status?: TaskStatus;
  assigneeId?: string | null;
  /** Milliseconds. */
  dueAt?: number | null;
}

/** `needs-decision`: an approval is approved or declined, nothing else. Null: no such task. */
export async function changeTask(
  db: Db,
  id: string,
  { status, assigneeId, dueAt }: TaskChange,
  by: By,
  now: number,
): Promise<{ candidateId: string | null } | 'needs-decision' | null> {
  return db.transaction().execute(async (trx) => {
    const held = await holdTask(trx, id);
    if (!held) return null;
    if (status !== undefined && status !== held.status && held.kind === 'approval') return 'needs-decision';
    const settles = status !== undefined && status !== held.status;
    await trx
      .updateTable('task')
      .set({
        ...(assigneeId === undefined ? {} : { assignee_id: assigneeId }),
        ...(dueAt === undefined ? {} : { due_at: dueAt === null ? null : new Date(dueAt) }),
        ...(settles
          ? {
              status,
              settled_at: status === 'open' ? null : new Date(now),
              settled_by: status === 'open' ? null : (by.id ?? null),
            }
          : {}),
      })
      .where('id', '=', id)
      .execute();
    if (settles && status === 'done') await recordEvents(trx, answered(id, held, 'done', by), now);
    return { candidateId: held.candidateId };
  });
}

/** A task that is about nobody is nobody's event. */
const answered = (id: string, held: Held, outcome: Decision | 'done', by: By) =>
  held.candidateId === null
    ? []
    : [
        {
          candidateId: held.candidateId,
          type: 'task.answered',
          applicationId: held.applicationId,
          enrolmentId: held.enrolmentId,
          data: {
            taskId: id,
            outcome,
            personId: by.id ?? null,
            ...(held.node === null ? {} : { node: held.node, visit: held.visit }),
          },
          by,
        },
      ];

export type Decided =
  | { is: 'decided'; outcome: Decision; first: boolean; candidateId: string | null }
  /** The run goes on without it, or the flow was left. */
  | { is: 'too-late'; at: Date | null }
  | { is: 'no-approval' };

/** The first decision stands; a second one changes nothing and is told what stands. Null: no such task. */
export async function decideTask(
  db: Db,
  id: string,
  outcome: Decision,
  by: By,
  now: number,
): Promise<Decided | null> {
  return db.transaction().execute(async (trx) => {
    const held = await holdTask(trx, id);
    if (!held) return null;
    const { candidateId } = held;
    if (held.kind !== 'approval') return { is: 'no-approval' };
    if (held.outcome) return { is: 'decided', outcome: held.outcome, first: false, candidateId };
    if (held.status !== 'open') return { is: 'too-late', at: held.settledAt };
    await trx
      .updateTable('task')
      .set({ status: 'done', outcome, settled_at: new Date(now), settled_by: by.id ?? null })
      .where('id', '=', id)
      .execute();
    await recordEvents(trx, answered(id, held, outcome, by), now);
    return { is: 'decided', outcome, first: true, candidateId };
  });
}
