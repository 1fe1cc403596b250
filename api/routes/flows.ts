/** Flows: list, draft, publishing, versions, pause. */

import { z } from '@hono/zod-openapi';
import { notifyLive, notifyWork } from '../../db/notify.ts';
import {
  type ListedFlow,
  listFlows,
  listVersions,
  readFlow,
  readVersion,
} from '../../db/queries/flow-list.ts';
import {
  changeFlow,
  createFlow,
  pauseByHand,
  playGraph,
  problemsOf,
  publishFlow,
  readDraft,
  resumeFlow,
  saveDraft as storeDraft,
} from '../../db/queries/flows.ts';
import { created, idParam, pageQuery } from '../contract/common.ts';
import {
  draftSaved,
  draftSchema,
  flowChange,
  flowDetail,
  flowListQuery,
  flowPage,
  flowStateAnswer,
  graph,
  ifMatch,
  newFlow,
  pauseRequest,
  problemList,
  published,
  publishRequest,
  scenarioResults,
  scenariosRequest,
  versionDetail,
  versionPage,
  versionParam,
} from '../contract/flows.ts';
import { byTime, pageOf, readCursor, rfc, rfcOrNull } from '../cursor.ts';
import { actorOf, type Deps, resource } from '../env.ts';
import { flowProblems, found, invalid, Problem } from '../problems.ts';
import { revisionOf } from '../revision.ts';
import { answers, body, nothingOr, problems, route } from '../route.ts';

const tags = ['Flows'];
const list = route({
  method: 'get',
  path: '/api/flows',
  role: 'viewer',
  tags,
  summary: 'Flows, last changed first; the archived ones only when asked for',
  request: { query: flowListQuery },
  responses: answers(200, flowPage),
});
const create = route({
  method: 'post',
  path: '/api/flows',
  role: 'recruiter',
  tags,
  summary: 'Create an empty flow',
  request: { body: body(newFlow) },
  responses: answers(201, created),
});
const read = route({
  method: 'get',
  path: '/api/flows/{id}',
  role: 'viewer',
  tags,
  summary: 'One flow',
  request: { params: idParam },
  responses: answers(200, flowDetail),
});
const change = route({
  method: 'patch',
  path: '/api/flows/{id}',
  role: 'recruiter',
  tags,
  summary: 'Rename or archive a flow, or bring it back',
  request: { params: idParam, body: body(flowChange) },
  responses: nothingOr('still-live', 'idempotency-running', 'idempotency-reused'),
});
const draft = route({
  method: 'get',
  path: '/api/flows/{id}/draft',
  role: 'viewer',
  tags,
  summary: 'The draft',
  request: { params: idParam },
  responses: answers(200, draftSchema),
});
const saveDraft = route({
  method: 'put',
  path: '/api/flows/{id}/draft',
  role: 'recruiter',
  tags,
  summary: 'Save the draft; If-Match: the revision it was loaded with',
  request: { params: idParam, headers: ifMatch, body: body(graph) },
  responses: {
    ...answers(200, draftSaved),
    ...problems('draft-stale', 'idempotency-running', 'idempotency-reused'),
  },
});
const listProblems = route({
  method: 'get',
  path: '/api/flows/{id}/problems',
  role: 'viewer',
  tags,
  summary: 'What stands in the way of publishing',
  request: { params: idParam },
  responses: answers(200, problemList),
});
const publish = route({
  method: 'post',
  path: '/api/flows/{id}/publish',
  role: 'recruiter',
  tags,
  summary: 'Make the draft live as a new version',
  request: { params: idParam, body: body(publishRequest) },
  responses: { ...answers(200, published), ...problems('invalid', 'flow-problems', 'scenarios-red') },
});
const playScenarios = route({
  method: 'post',
  path: '/api/flows/{id}/scenarios',
  role: 'viewer',
  tags,
  summary: 'Play the flow’s scenarios without doing anything',
  request: { params: idParam, body: body(scenariosRequest) },
  responses: { ...answers(200, scenarioResults), ...problems('invalid', 'flow-problems') },
});
const versions = route({
  method: 'get',
  path: '/api/flows/{id}/versions',
  role: 'viewer',
  tags,
  summary: 'Published versions, newest first',
  request: { params: idParam, query: pageQuery },
  responses: answers(200, versionPage),
});
const version = route({
  method: 'get',
  path: '/api/flows/{id}/versions/{number}',
  role: 'viewer',
  tags,
  summary: 'One version’s graph',
  request: { params: versionParam },
  responses: answers(200, versionDetail),
});
const pause = route({
  method: 'post',
  path: '/api/flows/{id}/pause',
  role: 'recruiter',
  tags,
  summary: 'Hold every effect of a flow',
  request: { params: idParam, body: body(pauseRequest) },
  responses: {
    ...answers(200, flowStateAnswer),
    ...problems('not-live', 'idempotency-running', 'idempotency-reused'),
  },
});
const resume = route({
  method: 'post',
  path: '/api/flows/{id}/resume',
  role: 'recruiter',
  tags,
  summary: 'Let a paused flow go on',
  request: { params: idParam },
  responses: {
    ...answers(200, flowStateAnswer),
    ...problems('not-paused', 'idempotency-running', 'idempotency-reused'),
  },
});

const byNumber = z.object({ number: z.number().int() });

const rowOf = ({
  draftRevision: _revision,
  createdAt: _made,
  liveSince,
  updatedAt,
  ...flow
}: ListedFlow) => ({
  ...flow,
  liveSince: rfcOrNull(liveSince),
  updatedAt: rfc(updatedAt),
});

export const flowRoutes = ({ db, clock }: Deps) => {
  const told = (id: string) => notifyLive(db, [{ topic: 'flow', id }]);
  return resource()
    .openapi(list, async (c) => {
      const { limit, cursor, state } = c.req.valid('query');
      const rows = await listFlows(db, { limit: limit + 1, after: readCursor(cursor, byTime) }, state);
      return c.json(
        pageOf(rows, limit, (row) => ({ at: rfc(row.updatedAt), id: row.id }), rowOf),
        200,
      );
    })
    .openapi(create, async (c) => {
      const id = await createFlow(db, c.req.valid('json').name, actorOf(c).id, clock.now());
      told(id);
      return c.json({ id }, 201);
    })
    .openapi(read, async (c) => {
      const flow = found(await readFlow(db, c.req.valid('param').id));
      return c.json(
        { ...rowOf(flow), draftRevision: flow.draftRevision, createdAt: rfc(flow.createdAt) },
        200,
      );
    })
    .openapi(change, async (c) => {
      const { id } = c.req.valid('param');
      const outcome = await changeFlow(db, id, c.req.valid('json'), clock.now());
      if (outcome !== 'done') throw new Problem(outcome);
      told(id);
      return c.body(null, 204);
    })
    .openapi(draft, async (c) => {
      const { graph: drawn, revision, savedAt } = found(await readDraft(db, c.req.valid('param').id));
      return c.json(
        {
          graph: drawn,
          revision,
          savedAt: rfc(savedAt),
          problems: await problemsOf(db, drawn, clock.now(), c.req.valid('param').id),
        },
        200,
      );
    })
    .openapi(saveDraft, async (c) => {
      const { id } = c.req.valid('param');
      const drawn = c.req.valid('json');
      const outcome = found(
        await storeDraft(db, id, drawn, revisionOf(c.req.valid('header')['if-match']), clock.now()),
      );
      if ('stale' in outcome) {
        const { graph: current, revision, savedAt } = outcome.stale;
        throw new Problem('draft-stale', { current: { graph: current, revision, savedAt: rfc(savedAt) } });
      }
      told(id);
      const { revision, savedAt } = outcome.saved;
      return c.json(
        {
          revision,
          savedAt: rfc(savedAt),
          problems: await problemsOf(db, drawn, clock.now(), c.req.valid('param').id),
        },
        200,
      );
    })
    .openapi(listProblems, async (c) => {
      const { graph: drawn } = found(await readDraft(db, c.req.valid('param').id));
      return c.json({ problems: await problemsOf(db, drawn, clock.now(), c.req.valid('param').id) }, 200);
    })
    .openapi(publish, async (c) => {
      const { id } = c.req.valid('param');
      const { note = '', overrideScenarios: override = null, inFlight, onHold } = c.req.valid('json');
      const outcome = found(
        await publishFlow(db, {
          flowId: id,
          by: actorOf(c).id,
          note,
          override,
          ...(inFlight ? { inFlight } : {}),
          onHold,
          now: clock.now(),
        }),
      );
      if ('scenarios' in outcome) throw new Problem('scenarios-red', { scenarios: outcome.scenarios });
      if ('problems' in outcome) throw flowProblems(outcome.problems);
      if ('gone' in outcome)
        throw invalid({
          path: `inFlight.${outcome.gone}`,
          message: 'names a version or a step that there is not',
        });
      if (outcome.operationId) notifyWork(db, 'operations');
      told(id);
      return c.json(outcome, 200);
    })
    .openapi(playScenarios, async (c) => {
      const { graph: drawn } = found(await readDraft(db, c.req.valid('param').id));
      const given = c.req.valid('json').graph ?? drawn;
      const standing = (await problemsOf(db, given, clock.now())).filter(
        (problem) => problem.severity === 'error',
      );
      if (standing.length > 0) throw new Problem('flow-problems', { problems: standing });
      return c.json({ results: await playGraph(db, given) }, 200);
    })
    .openapi(versions, async (c) => {
      const { id } = c.req.valid('param');
      const { limit, cursor } = c.req.valid('query');
      found(await readFlow(db, id));
      const rows = await listVersions(db, id, {
        limit: limit + 1,
        after: readCursor(cursor, byNumber)?.number ?? null,
      });
      return c.json(
        pageOf(
          rows,
          limit,
          (row) => ({ number: row.number }),
          (row) => ({ ...row, publishedAt: rfc(row.publishedAt) }),
        ),
        200,
      );
    })
    .openapi(version, async (c) => {
      const { id, number } = c.req.valid('param');
      const read = found(await readVersion(db, id, number));
      return c.json({ ...read, publishedAt: rfc(read.publishedAt) }, 200);
    })
    .openapi(pause, async (c) => {
      const { id } = c.req.valid('param');
      const outcome = await pauseByHand(db, id, c.req.valid('json').reason || null, clock.now());
      if (outcome !== 'done') throw new Problem(outcome);
      told(id);
      return c.json({ state: 'paused' as const }, 200);
    })
    .openapi(resume, async (c) => {
      const { id } = c.req.valid('param');
      const outcome = await resumeFlow(db, id, clock.now());
      if (outcome !== 'done') throw new Problem(outcome);
      notifyWork(db, 'waker', 'deliver-email');
      told(id);
      return c.json({ state: 'live' as const }, 200);
    });
};
