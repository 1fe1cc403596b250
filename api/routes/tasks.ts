/** Tasks and approvals: list, create, settle, decide. */
import { notifyLive, notifyWork } from '../../db/notify.ts';
import { accountExists } from '../../db/queries/accounts.ts';
import { isApplicationOf } from '../../db/queries/applications.ts';
import { changeTask, createTask, decideTask, type ListedTask, listTasks } from '../../db/queries/tasks.ts';
import { created, idParam } from '../contract/common.ts';
import {
  newTask,
  type TaskRow,
  taskChange,
  taskDecided,
  taskDecision,
  taskPage,
  taskQuery,
} from '../contract/tasks.ts';
import { byTime, pageOf, readCursor, rfc, rfcOrNull } from '../cursor.ts';
import { actorOf, byActor, type Deps, resource } from '../env.ts';
import { found, invalid, Problem } from '../problems.ts';
import { answers, body, nothingOr, problems, route } from '../route.ts';

const tags = ['Tasks'];
const list = route({
  method: 'get',
  path: '/api/tasks',
  role: 'viewer',
  tags,
  summary: 'Tasks, what is due first first',
  request: { query: taskQuery },
  responses: answers(200, taskPage),
});
const create = route({
  method: 'post',
  path: '/api/tasks',
  role: 'recruiter',
  tags,
  summary: 'Create a task',
  request: { body: body(newTask) },
  responses: { ...answers(201, created), ...problems('merged', 'idempotency-running', 'idempotency-reused') },
});
const change = route({
  method: 'patch',
  path: '/api/tasks/{id}',
  role: 'recruiter',
  tags,
  summary: 'Settle, reopen, hand over or postpone a task',
  request: { params: idParam, body: body(taskChange) },
  responses: nothingOr('needs-decision', 'merged', 'idempotency-running', 'idempotency-reused'),
});
const decide = route({
  method: 'post',
  path: '/api/tasks/{id}/decide',
  role: 'recruiter',
  tags,
  summary: 'Approve or decline what a flow asks',
  request: { params: idParam, body: body(taskDecision) },
  responses: {
    ...answers(200, taskDecided),
    ...problems('too-late', 'nothing-to-decide', 'merged', 'idempotency-running', 'idempotency-reused'),
  },
});

const shown = ({ order: _order, dueAt, settledAt, createdAt, ...rest }: ListedTask): TaskRow => ({
  ...rest,
  dueAt: rfcOrNull(dueAt),
  settledAt: rfcOrNull(settledAt),
  createdAt: rfc(createdAt),
});

const instantOf = (given: string | null): number | null => (given === null ? null : Date.parse(given));

export const taskRoutes = ({ db, clock }: Deps) => {
  const checkPerson = async (personId: string | null | undefined): Promise<void> => {
    if (personId && !(await accountExists(db, personId)))
      throw invalid({ path: 'assigneeId', message: 'is not an account' });
  };
  const told = (id: string, candidateId: string | null) => {
    notifyWork(db, 'router');
    notifyLive(db, [
      { topic: 'task', id },
      ...(candidateId ? [{ topic: 'candidate' as const, id: candidateId }] : []),
    ]);
  };
  return resource()
    .openapi(list, async (c) => {
      const { limit, cursor, of, status, candidate } = c.req.valid('query');
      const assigned = { mine: actorOf(c).id, nobody: null, all: undefined }[of];
      const rows = await listTasks(
        db,
        {
          status,
          ...(assigned === undefined ? {} : { assigneeId: assigned }),
          ...(candidate ? { candidateId: candidate } : {}),
        },
        { limit: limit + 1, after: readCursor(cursor, byTime) },
      );
      return c.json(
        pageOf(rows, limit, (row) => ({ at: rfc(row.order), id: row.id }), shown),
        200,
      );
    })
    .openapi(create, async (c) => {
      const { title, body, assigneeId, candidateId, applicationId, dueAt } = c.req.valid('json');
      await checkPerson(assigneeId);
      if (applicationId && !(candidateId && (await isApplicationOf(db, applicationId, candidateId))))
        throw invalid({ path: 'applicationId', message: 'is not an application of hers' });
      const id = await createTask(
        db,
        {
          title,
          body: body ?? '',
          assigneeId: assigneeId ?? null,
          candidateId: candidateId ?? null,
          applicationId: applicationId ?? null,
          dueAt: instantOf(dueAt ?? null),
        },
        byActor(actorOf(c)),
        clock.now(),
      );
      if (id === null) throw invalid({ path: 'candidateId', message: 'is not a candidate' });
      told(id, candidateId ?? null);
      return c.json({ id }, 201);
    })
    .openapi(change, async (c) => {
      const { id } = c.req.valid('param');
      const { status, assigneeId, dueAt } = c.req.valid('json');
      await checkPerson(assigneeId);
      const changed = found(
        await changeTask(
          db,
          id,
          {
            ...(status === undefined ? {} : { status }),
            ...(assigneeId === undefined ? {} : { assigneeId }),
            ...(dueAt === undefined ? {} : { dueAt: instantOf(dueAt) }),
          },
          byActor(actorOf(c)),
          clock.now(),
        ),
      );
      if (changed === 'needs-decision') throw new Problem('needs-decision');
      told(id, changed.candidateId);
      return c.body(null, 204);
    })
    .openapi(decide, async (c) => {
      const { id } = c.req.valid('param');
      const { outcome } = c.req.valid('json');
      const decided = found(await decideTask(db, id, outcome, byActor(actorOf(c)), clock.now()));
      if (decided.is === 'no-approval') throw new Problem('nothing-to-decide');
      if (decided.is === 'too-late') throw new Problem('too-late', { at: rfcOrNull(decided.at) });
      told(id, decided.candidateId);
      return c.json({ outcome: decided.outcome, first: decided.first }, 200);
    });
};
