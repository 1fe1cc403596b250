/** Candidates: list, profile, changes. */
import {
  candidateChange,
  candidatePage,
  candidateProfile,
  candidateQuery,
  newCandidate,
  tagList,
} from '../contract/candidates.ts';
import { created, idParam } from '../contract/common.ts';
import { type Deps, resource } from '../env.ts';
import { answers, body, nothing, route } from '../route.ts';
import { pending } from './pending.ts';

const tags = ['Candidates'];
const list = route({
  method: 'get',
  path: '/api/candidates',
  role: 'viewer',
  tags,
  summary: 'Candidates, searched and filtered',
  request: { query: candidateQuery },
  responses: answers(200, candidatePage),
});
const create = route({
  method: 'post',
  path: '/api/candidates',
  role: 'recruiter',
  tags,
  summary: 'Create a candidate',
  request: { body: body(newCandidate) },
  responses: answers(201, created),
});
const read = route({
  method: 'get',
  path: '/api/candidates/{id}',
  role: 'viewer',
  tags,
  summary: 'A candidate’s profile',
  request: { params: idParam },
  responses: answers(200, candidateProfile),
});
const change = route({
  method: 'patch',
  path: '/api/candidates/{id}',
  role: 'recruiter',
  tags,
  summary: 'Change a candidate',
  request: { params: idParam, body: body(candidateChange) },
  responses: nothing,
});
const allTags = route({
  method: 'get',
  path: '/api/tags',
  role: 'viewer',
  tags,
  summary: 'Tags in use',
  responses: answers(200, tagList),
});

export const candidateRoutes = (_deps: Deps) =>
  resource()
    .openapi(list, pending)
    .openapi(create, pending)
    .openapi(read, pending)
    .openapi(change, pending)
    .openapi(allTags, pending);
