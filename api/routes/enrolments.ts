/** One enrolment: its way, its repair, its end. */

import { notifyLive, notifyWork } from '../../db/notify.ts';
import { readEnrolmentPage } from '../../db/queries/enrolment-page.ts';
import { loadEnrolment } from '../../db/queries/enrolments.ts';
import { loadWorld } from '../../db/queries/flow-world.ts';
import { namesIn } from '../../db/queries/names.ts';
import { retryEnrolment, stopEnrolment } from '../../db/queries/repairs.ts';
import { namesFrom } from '../../engine/flow/describe.ts';
import { idParam } from '../contract/common.ts';
import { enrolmentDetail, enrolmentStatusAnswer } from '../contract/enrolments.ts';
import { enrolmentOf } from '../enrolment-words.ts';
import { actorOf, type Deps, resource } from '../env.ts';
import { found, Problem } from '../problems.ts';
import { answers, problems, route } from '../route.ts';
import { forecastRun } from '../run-forecast.ts';

const tags = ['Enrolments'];
const read = route({
  method: 'get',
  path: '/api/enrolments/{id}',
  role: 'viewer',
  tags,
  summary: 'A candidate’s way through a flow',
  request: { params: idParam },
  responses: answers(200, enrolmentDetail),
});
const retry = route({
  method: 'post',
  path: '/api/enrolments/{id}/retry',
  role: 'recruiter',
  tags,
  summary: 'Try the blocked step again',
  request: { params: idParam },
  responses: {
    ...answers(200, enrolmentStatusAnswer),
    ...problems('not-blocked', 'idempotency-running', 'idempotency-reused'),
  },
});
const stop = route({
  method: 'post',
  path: '/api/enrolments/{id}/stop',
  role: 'recruiter',
  tags,
  summary: 'End this enrolment now',
  request: { params: idParam },
  responses: {
    ...answers(200, enrolmentStatusAnswer),
    ...problems('not-open', 'idempotency-running', 'idempotency-reused'),
  },
});

export const enrolmentRoutes = ({ db, clock }: Deps) =>
  resource()
    .openapi(read, async (c) => {
      const { id } = c.req.valid('param');
      const [loaded, page] = await Promise.all([loadEnrolment(db, id), readEnrolmentPage(db, id)]);
      const enrolment = found(loaded);
      const shown = found(page);
      const [world, stored] = await Promise.all([
        loadWorld(db, shown.graph),
        namesIn(db, [shown.graph, shown.steps]),
      ]);
      const names = namesFrom(stored);
      const coming = await forecastRun(db, { enrolment, page: shown, world, names, now: clock.now() });
      return c.json(enrolmentOf({ enrolment, page: shown, names, coming }), 200);
    })
    .openapi(retry, async (c) => {
      const { id } = c.req.valid('param');
      const outcome = await retryEnrolment(db, id, actorOf(c).id, clock.now());
      if (outcome === 'not-found' || outcome === 'not-blocked') throw new Problem(outcome);
      notifyWork(db, 'waker');
      notifyLive(db, [{ topic: 'enrolment', id }]);
      return c.json({ status: outcome }, 200);
    })
    .openapi(stop, async (c) => {
      const { id } = c.req.valid('param');
      const outcome = await stopEnrolment(db, id, actorOf(c).id, clock.now());
      if (outcome === 'not-found' || outcome === 'not-open') throw new Problem(outcome);
      notifyWork(db, 'router', 'waker');
      notifyLive(db, [{ topic: 'enrolment', id }]);
      return c.json({ status: outcome }, 200);
    });
