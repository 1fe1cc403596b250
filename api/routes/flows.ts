/** Flows: list, draft, publishing, versions, pause. */
import { created, idParam, pageQuery } from '../contract/common.ts';
import {
  draftSaved,
  draftSchema,
  flowChange,
  flowDetail,
  flowPage,
  flowStateAnswer,
  graph,
  ifMatch,
  newFlow,
  pauseRequest,
  problemList,
  published,
  publishRequest,
  versionDetail,
  versionPage,
  versionParam,
} from '../contract/flows.ts';
import { type Deps, resource } from '../env.ts';
import { answers, body, nothing, route } from '../route.ts';
import { pending } from './pending.ts';

const tags = ['Flows'];
const list = route({
  method: 'get',
  path: '/api/flows',
  role: 'viewer',
  tags,
  summary: 'Flows, last changed first',
  request: { query: pageQuery },
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
  summary: 'Rename or archive a flow',
  request: { params: idParam, body: body(flowChange) },
  responses: nothing,
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
  responses: answers(200, draftSaved),
});
const problems = route({
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
  responses: answers(200, published),
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
  responses: answers(200, flowStateAnswer),
});
const resume = route({
  method: 'post',
  path: '/api/flows/{id}/resume',
  role: 'recruiter',
  tags,
  summary: 'Let a paused flow go on',
  request: { params: idParam },
  responses: answers(200, flowStateAnswer),
});

export const flowRoutes = (_deps: Deps) =>
  resource()
    .openapi(list, pending)
    .openapi(create, pending)
    .openapi(read, pending)
    .openapi(change, pending)
    .openapi(draft, pending)
    .openapi(saveDraft, pending)
    .openapi(problems, pending)
    .openapi(publish, pending)
    .openapi(versions, pending)
    .openapi(version, pending)
    .openapi(pause, pending)
    .openapi(resume, pending);
