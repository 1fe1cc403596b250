/** Who runs through a flow, and how it does: enrolments, figures, refusals, simulation. */

import { notifyWork } from '../../db/notify.ts';
import { readWorkspace } from '../../db/queries/accounts.ts';
import { beginEnrolment } from '../../db/queries/begin-operations.ts';
import { suppressionOf } from '../../db/queries/candidate-profile.ts';
import { whySuppressed } from '../../db/queries/effects.ts';
import { loadFacts } from '../../db/queries/facts.ts';
import { readFigures } from '../../db/queries/figures.ts';
import {
  flowState,
  type ListedRefusal,
  listRefusals,
  listRuns,
  requestEnrolments,
  soleApplication,
} from '../../db/queries/flow-runs.ts';
import { loadWorld } from '../../db/queries/flow-world.ts';
import { readDraft, worldOf } from '../../db/queries/flows.ts';
import { readPool } from '../../db/queries/pools.ts';
import { readWays } from '../../db/queries/ways.ts';
import { noNames } from '../../engine/flow/describe.ts';
import { historyIn } from '../../engine/plan/history.ts';
import { loadFor } from '../../engine/plan/load.ts';
import { someone } from '../../engine/simulate/someone.ts';
import { idParam, pageQuery } from '../contract/common.ts';
import {
  enrolAnswer,
  enrolRequest,
  flowEnrolmentPage,
  flowEnrolmentQuery,
  metricsQuery,
  metricsSchema,
  refusalPage,
  simulated,
  simulateRequest,
} from '../contract/flows.ts';
import { waysSchema } from '../contract/ways.ts';
import { byTime, pageOf, readCursor, rfc, rfcOrNull } from '../cursor.ts';
import { endInWords } from '../end-words.ts';
import { actorOf, byActor, type Deps, resource } from '../env.ts';
import { figuresOf } from '../figures.ts';
import { found, invalid, Problem } from '../problems.ts';
import { refusalInWords } from '../refusal-words.ts';
import { answers, body, problems, route } from '../route.ts';
import { simulateDraft } from '../simulation.ts';
import { waysOf } from '../ways.ts';
import { namesFor, titleOf } from '../words.ts';

const tags = ['Flows'];
const simulate = route({
  method: 'post',
  path: '/api/flows/{id}/simulate',
  role: 'viewer',
  tags,
  summary: 'Run the draft on a candidate without doing anything',
  request: { params: idParam, body: body(simulateRequest) },
  responses: { ...answers(200, simulated), ...problems('invalid', 'flow-problems') },
});
const enrolments = route({
  method: 'get',
  path: '/api/flows/{id}/enrolments',
  role: 'viewer',
  tags,
  summary: 'Who is and was in this flow, newest first',
  request: { params: idParam, query: flowEnrolmentQuery },
  responses: answers(200, flowEnrolmentPage),
});
const enrol = route({
  method: 'post',
  path: '/api/flows/{id}/enrolments',
  role: 'recruiter',
  tags,
  summary: 'Ask the flow to take candidates in',
  request: { params: idParam, body: body(enrolRequest) },
  responses: {
    ...answers(202, enrolAnswer),
    ...problems('not-live', 'idempotency-running', 'idempotency-reused'),
  },
});
const ways = route({
  method: 'get',
  path: '/api/flows/{id}/ways',
  role: 'viewer',
  tags,
  summary: 'How those who were sent different ways by lot, or held out, have fared against each other',
  request: { params: idParam, query: metricsQuery },
  responses: answers(200, waysSchema),
});
const metrics = route({
  method: 'get',
  path: '/api/flows/{id}/metrics',
  role: 'viewer',
  tags,
  summary: 'Figures per node and the goal',
  request: { params: idParam, query: metricsQuery },
  responses: answers(200, metricsSchema),
});
const refusals = route({
  method: 'get',
  path: '/api/flows/{id}/refusals',
  role: 'viewer',
  tags,
  summary: 'Who was not enrolled, and why',
  request: { params: idParam, query: pageQuery },
  responses: answers(200, refusalPage),
});

/** So many candidates are asked for in one go; more are an operation. */
const atOnce = 500;

const refusalOf = ({ detail, at, ...refusal }: ListedRefusal) => ({
  ...refusal,
  text: refusalInWords(refusal.code, detail),
  at: rfc(at),
});

export const flowRunRoutes = ({ db, clock }: Deps) =>
  resource()
    .openapi(simulate, async (c) => {
      const { candidateId, start, trigger, events } = c.req.valid('json');
      const { graph } = found(await readDraft(db, c.req.valid('param').id));
      await loadFor(graph);
      const world = await loadWorld(db, graph);
      const [facts] = candidateId
        ? await loadFacts(
            db,
            [{ candidateId, applicationId: await soleApplication(db, candidateId) }],
            historyIn(graph),
          )
        : [someone(await readWorkspace(db), clock.now())];
      const here = found(facts);
      const suppression = here.candidate.email ? await suppressionOf(db, here.candidate.email) : null;
      return c.json(
        simulateDraft({
          graph,
          world,
          flowWorld: worldOf(world),
          facts: here,
          suppressed: whySuppressed(here, suppression),
          start: start === undefined ? clock.now() : Date.parse(start),
          trigger,
          events,
        }),
        200,
      );
    })
    .openapi(enrolments, async (c) => {
      const { id } = c.req.valid('param');
      const { limit, cursor, ...filter } = c.req.valid('query');
      found(await flowState(db, id));
      const rows = await listRuns(db, id, filter, { limit: limit + 1, after: readCursor(cursor, byTime) });
      const names = await namesFor(
        db,
        rows.map((row) => row.node),
      );
      const shown = ({ node, wakeAt, startedAt, endedAt, goalAt, ...row }: (typeof rows)[number]) => ({
        ...row,
        nodeTitle: node && titleOf(node, names),
        wakeAt: rfcOrNull(wakeAt),
        startedAt: rfc(startedAt),
        endedAt: rfcOrNull(endedAt),
        endReason: endInWords(row.endReason),
        goalAt: rfcOrNull(goalAt),
      });
      return c.json(
        pageOf(rows, limit, (row) => ({ at: rfc(row.startedAt), id: row.id }), shown),
        200,
      );
    })
    .openapi(enrol, async (c) => {
      const { id } = c.req.valid('param');
      const asked = c.req.valid('json');
      const state = found(await flowState(db, id));
      if (state !== 'live' && state !== 'paused') throw new Problem('not-live');
      const now = clock.now();
      const { perMinute = null } = asked;
      const pool = 'poolId' in asked ? await readPool(db, asked.poolId) : null;
      if ('poolId' in asked && !pool) throw invalid({ path: 'poolId', message: 'is not a pool' });
      if (pool?.archivedAt) throw invalid({ path: 'poolId', message: 'is in the archive' });
      if ('candidateIds' in asked && asked.candidateIds.length <= atOnce && perMinute === null) {
        const { candidateIds } = asked;
        const by = byActor(actorOf(c));
        const requested = await requestEnrolments(db, { flowId: id, candidateIds, by }, now);
        notifyWork(db, 'router');
        return c.json({ requested, operationId: null }, 202);
      }
      const from = 'poolId' in asked ? { poolId: asked.poolId } : { candidateIds: asked.candidateIds };
      const { operationId, total } = await beginEnrolment(
        db,
        { flowId: id, from, perMinute, by: actorOf(c).id },
        now,
      );
      notifyWork(db, 'operations');
      return c.json({ requested: total, operationId }, 202);
    })
    .openapi(ways, async (c) => {
      const { id } = c.req.valid('param');
      const { version } = c.req.valid('query');
      const stored = await readWays(db, id, version ?? null, clock.now());
      if (!stored && (version !== undefined || (await flowState(db, id)) === null))
        throw new Problem('not-found');
      return c.json(waysOf(stored, stored ? await namesFor(db, [stored.graph]) : noNames), 200);
    })
    .openapi(metrics, async (c) => {
      const { id } = c.req.valid('param');
      const { version } = c.req.valid('query');
      const stored = await readFigures(db, id, version ?? null, clock.now());
      if (!stored && (version !== undefined || (await flowState(db, id)) === null))
        throw new Problem('not-found');
      return c.json(figuresOf(stored), 200);
    })
    .openapi(refusals, async (c) => {
      const { id } = c.req.valid('param');
      const { limit, cursor } = c.req.valid('query');
      found(await flowState(db, id));
      const rows = await listRefusals(db, id, { limit: limit + 1, after: readCursor(cursor, byTime) });
      return c.json(
        pageOf(rows, limit, (row) => ({ at: rfc(row.at), id: row.id }), refusalOf),
        200,
      );
    });
