/** Jobs, pipelines and applications. */
import { created, idParam } from '../contract/common.ts';
import {
  applicationChange,
  applicationPage,
  applicationQuery,
  jobChange,
  jobPage,
  jobQuery,
  newJob,
  newPipeline,
  pipelineList,
} from '../contract/hiring.ts';
import { type Deps, resource } from '../env.ts';
import { answers, body, nothing, route } from '../route.ts';
import { pending } from './pending.ts';

const tags = ['Hiring'];
const pipelines = route({
  method: 'get',
  path: '/api/pipelines',
  role: 'viewer',
  tags,
  summary: 'Pipelines with their stages',
  responses: answers(200, pipelineList),
});
const addPipeline = route({
  method: 'post',
  path: '/api/pipelines',
  role: 'admin',
  tags,
  summary: 'Create a pipeline',
  request: { body: body(newPipeline) },
  responses: answers(201, created),
});
const jobs = route({
  method: 'get',
  path: '/api/jobs',
  role: 'viewer',
  tags,
  summary: 'Jobs',
  request: { query: jobQuery },
  responses: answers(200, jobPage),
});
const addJob = route({
  method: 'post',
  path: '/api/jobs',
  role: 'recruiter',
  tags,
  summary: 'Create a job',
  request: { body: body(newJob) },
  responses: answers(201, created),
});
const changeJob = route({
  method: 'patch',
  path: '/api/jobs/{id}',
  role: 'recruiter',
  tags,
  summary: 'Change a job',
  request: { params: idParam, body: body(jobChange) },
  responses: nothing,
});
const applications = route({
  method: 'get',
  path: '/api/applications',
  role: 'viewer',
  tags,
  summary: 'Applications',
  request: { query: applicationQuery },
  responses: answers(200, applicationPage),
});
const move = route({
  method: 'patch',
  path: '/api/applications/{id}',
  role: 'recruiter',
  tags,
  summary: 'Move an application or close it',
  request: { params: idParam, body: body(applicationChange) },
  responses: nothing,
});

export const hiringRoutes = (_deps: Deps) =>
  resource()
    .openapi(pipelines, pending)
    .openapi(addPipeline, pending)
    .openapi(jobs, pending)
    .openapi(addJob, pending)
    .openapi(changeJob, pending)
    .openapi(applications, pending)
    .openapi(move, pending);
