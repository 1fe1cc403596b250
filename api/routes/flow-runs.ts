/** Who runs through a flow, and how it does: enrolments, figures, refusals, simulation. */
import { z } from '@hono/zod-openapi';
import { idParam, pageQuery } from '../contract/common.ts';
import {
  enrolAnswer,
  enrolRequest,
  flowEnrolmentPage,
  flowEnrolmentQuery,
  metricsQuery,
  metricsSchema,
  refusalPage,
  simulateRequest,
} from '../contract/flows.ts';
import { type Deps, resource } from '../env.ts';
import { answers, body, route } from '../route.ts';
import { pending } from './pending.ts';

const tags = ['Flows'];
const simulate = route({
  method: 'post',
  path: '/api/flows/{id}/simulate',
  role: 'viewer',
  tags,
  summary: 'Run the draft on a candidate without doing anything',
  request: { params: idParam, body: body(simulateRequest) },
  responses: answers(200, z.record(z.string(), z.unknown())),
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
  responses: answers(202, enrolAnswer),
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

export const flowRunRoutes = (_deps: Deps) =>
  resource()
    .openapi(simulate, pending)
    .openapi(enrolments, pending)
    .openapi(enrol, pending)
    .openapi(metrics, pending)
    .openapi(refusals, pending);
