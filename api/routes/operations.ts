/** What is done to many of a flow at once: a publish plan looked at, repairs begun, progress, calling off, taking back. */

import { z } from '@hono/zod-openapi';
import { notifyLive, notifyWork } from '../../db/notify.ts';
import { beginRepair, undoMove } from '../../db/queries/begin-operations.ts';
import { flowState } from '../../db/queries/flow-runs.ts';
import {
  cancelOperation,
  type ListedLeftOut,
  type ListedOperation,
  listLeftOut,
  listOperations,
  readOperation,
} from '../../db/queries/operations.ts';
import { readPublishPreview } from '../../db/queries/publish-preview.ts';
import { repairEnrolment } from '../../db/queries/repairs.ts';
import { idParam } from '../contract/common.ts';
import { enrolmentStatusAnswer } from '../contract/enrolments.ts';
import {
  begun,
  leftOutPage,
  operationPage,
  operationQuery,
  operationRow,
  previewRequest,
  publishPreview,
  repairOneRequest,
  repairRequest,
} from '../contract/operations.ts';
import { byTime, pageOf, readCursor, rfc, rfcOrNull } from '../cursor.ts';
import { actorOf, type Deps, resource } from '../env.ts';
import { inFlightOf } from '../in-flight.ts';
import { leftOutInWords, operationInWords } from '../operation-words.ts';
import { flowProblems, found, Problem } from '../problems.ts';
import { answers, body, problems, route } from '../route.ts';
import { namesFor } from '../words.ts';

const tags = ['Operations'];
const preview = route({
  method: 'post',
  path: '/api/flows/{id}/publish/preview',
  role: 'recruiter',
  tags,
  summary: 'Who is on the way at which step, and what publishing the draft would make of them',
  request: { params: idParam, body: body(previewRequest) },
  responses: { ...answers(200, publishPreview), ...problems('flow-problems') },
});
const repair = route({
  method: 'post',
  path: '/api/flows/{id}/enrolments/repair',
  role: 'recruiter',
  tags,
  summary: 'Retry, skip, move or end many enrolments',
  request: { params: idParam, body: body(repairRequest) },
  responses: answers(202, begun),
});
const repairOne = route({
  method: 'post',
  path: '/api/enrolments/{id}/repair',
  role: 'recruiter',
  tags,
  summary: 'End a wait, leave out a failed step, or move to another step',
  request: { params: idParam, body: body(repairOneRequest) },
  responses: {
    ...answers(200, enrolmentStatusAnswer),
    ...problems('not-open', 'nothing-to-skip', 'no-such-step', 'idempotency-running', 'idempotency-reused'),
  },
});
const list = route({
  method: 'get',
  path: '/api/flows/{id}/operations',
  role: 'viewer',
  tags,
  summary: 'What was done to many at once, newest first, with its progress',
  request: { params: idParam, query: operationQuery },
  responses: answers(200, operationPage),
});
const leftOut = route({
  method: 'get',
  path: '/api/operations/{id}/left-out',
  role: 'viewer',
  tags,
  summary: 'Who was left out, and why',
  request: { params: idParam, query: operationQuery },
  responses: answers(200, leftOutPage),
});
const cancel = route({
  method: 'post',
  path: '/api/operations/{id}/cancel',
  role: 'recruiter',
  tags,
  summary: 'Go no further; what is done stays',
  request: { params: idParam },
  responses: {
    ...answers(200, operationRow),
    ...problems('not-running', 'idempotency-running', 'idempotency-reused'),
  },
});
const undo = route({
  method: 'post',
  path: '/api/operations/{id}/undo',
  role: 'recruiter',
  tags,
  summary: 'Bring back whom a move has moved and who has not gone on since',
  request: { params: idParam },
  responses: {
    ...answers(202, begun),
    ...problems('not-undoable', 'idempotency-running', 'idempotency-reused'),
  },
});

const byId = z.object({ id: z.uuid() });

const rowOf = ({ flowId: _flow, spec, undone, createdAt, finishedAt, ...row }: ListedOperation) => ({
  ...row,
  text: operationInWords({ kind: row.kind, spec }),
  undoable: row.kind === 'move' && !undone && row.changed > 0,
  createdAt: rfc(createdAt),
  finishedAt: rfcOrNull(finishedAt),
});
const leftOutOf = ({ detail, ...row }: ListedLeftOut) => ({ ...row, text: leftOutInWords(row.code, detail) });

export const operationRoutes = ({ db, clock }: Deps) => {
  const told = (id: string) => {
    notifyWork(db, 'operations');
    notifyLive(db, [{ topic: 'flow', id }]);
  };
  return resource()
    .openapi(preview, async (c) => {
      const read = found(await readPublishPreview(db, c.req.valid('param').id, clock.now()));
      if ('problems' in read) throw flowProblems(read.problems);
      const names = await namesFor(db, [
        read.graph,
        ...[...read.versions.values()].map(({ graph }) => graph),
      ]);
      return c.json(inFlightOf(read, c.req.valid('json').inFlight ?? [], names), 200);
    })
    .openapi(repair, async (c) => {
      const { id } = c.req.valid('param');
      found(await flowState(db, id));
      const begun = await beginRepair(db, id, c.req.valid('json'), actorOf(c).id, clock.now());
      told(id);
      return c.json(begun, 202);
    })
    .openapi(repairOne, async (c) => {
      const { id } = c.req.valid('param');
      const outcome = await repairEnrolment(db, id, c.req.valid('json'), actorOf(c).id, clock.now());
      if (outcome === 'left-meanwhile') throw new Problem('not-open');
      if (
        outcome === 'not-found' ||
        outcome === 'not-open' ||
        outcome === 'not-blocked' ||
        outcome === 'nothing-to-skip' ||
        outcome === 'no-such-step'
      )
        throw new Problem(outcome);
      notifyWork(db, 'waker', 'router');
      notifyLive(db, [{ topic: 'enrolment', id }]);
      return c.json({ status: outcome }, 200);
    })
    .openapi(list, async (c) => {
      const { id } = c.req.valid('param');
      const { limit, cursor } = c.req.valid('query');
      found(await flowState(db, id));
      const rows = await listOperations(db, id, { limit: limit + 1, after: readCursor(cursor, byTime) });
      return c.json(
        pageOf(rows, limit, (row) => ({ at: rfc(row.createdAt), id: row.id }), rowOf),
        200,
      );
    })
    .openapi(leftOut, async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const operation = found(await readOperation(db, c.req.valid('param').id));
      const rows = await listLeftOut(db, operation, { limit: limit + 1, after: readCursor(cursor, byId) });
      return c.json(
        pageOf(rows, limit, (row) => ({ id: row.ref }), leftOutOf),
        200,
      );
    })
    .openapi(cancel, async (c) => {
      const { id } = c.req.valid('param');
      const outcome = await cancelOperation(db, id, clock.now());
      if (outcome !== 'done') throw new Problem(outcome);
      const operation = found(await readOperation(db, id));
      told(operation.flowId);
      return c.json(rowOf(operation), 200);
    })
    .openapi(undo, async (c) => {
      const operation = found(await readOperation(db, c.req.valid('param').id));
      const begun = await undoMove(db, operation.id, actorOf(c).id, clock.now());
      if (!begun) throw new Problem('not-undoable');
      told(operation.flowId);
      return c.json(begun, 202);
    });
};
