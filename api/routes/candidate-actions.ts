/** What is done to one candidate, and her timeline. */
import {
  candidateEnrolRequest,
  newApplication,
  newNote,
  tagChange,
  tagsAnswer,
  timelinePage,
  timelineQuery,
} from '../contract/candidates.ts';
import { created, idParam } from '../contract/common.ts';
import { enrolAnswer } from '../contract/flows.ts';
import { type Deps, resource } from '../env.ts';
import { answers, body, route } from '../route.ts';
import { pending } from './pending.ts';

const tags = ['Candidates'];
const timeline = route({
  method: 'get',
  path: '/api/candidates/{id}/timeline',
  role: 'viewer',
  tags,
  summary: 'Everything that happened, newest first',
  request: { params: idParam, query: timelineQuery },
  responses: answers(200, timelinePage),
});
const note = route({
  method: 'post',
  path: '/api/candidates/{id}/notes',
  role: 'recruiter',
  tags,
  summary: 'Write a note',
  request: { params: idParam, body: body(newNote) },
  responses: answers(201, created),
});
const tag = route({
  method: 'post',
  path: '/api/candidates/{id}/tags',
  role: 'recruiter',
  tags,
  summary: 'Add and remove tags',
  request: { params: idParam, body: body(tagChange) },
  responses: answers(200, tagsAnswer),
});
const enrol = route({
  method: 'post',
  path: '/api/candidates/{id}/enrolments',
  role: 'recruiter',
  tags,
  summary: 'Ask a flow to take her in',
  request: { params: idParam, body: body(candidateEnrolRequest) },
  responses: answers(202, enrolAnswer),
});
const apply = route({
  method: 'post',
  path: '/api/candidates/{id}/applications',
  role: 'recruiter',
  tags,
  summary: 'Record an application',
  request: { params: idParam, body: body(newApplication) },
  responses: answers(201, created),
});

export const candidateActionRoutes = (_deps: Deps) =>
  resource()
    .openapi(timeline, pending)
    .openapi(note, pending)
    .openapi(tag, pending)
    .openapi(enrol, pending)
    .openapi(apply, pending);
