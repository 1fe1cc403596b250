/** One enrolment: its way, its repair, its end. */
import { idParam } from '../contract/common.ts';
import { enrolmentDetail, enrolmentStatusAnswer } from '../contract/enrolments.ts';
import { type Deps, resource } from '../env.ts';
import { answers, route } from '../route.ts';
import { pending } from './pending.ts';

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
  responses: answers(200, enrolmentStatusAnswer),
});
const stop = route({
  method: 'post',
  path: '/api/enrolments/{id}/stop',
  role: 'recruiter',
  tags,
  summary: 'End this enrolment now',
  request: { params: idParam },
  responses: answers(200, enrolmentStatusAnswer),
});

export const enrolmentRoutes = (_deps: Deps) =>
  resource().openapi(read, pending).openapi(retry, pending).openapi(stop, pending);
