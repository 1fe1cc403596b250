/** Talent pools and their members. */
import { created, idParam, pageQuery } from '../contract/common.ts';
import {
  memberParam,
  membersAnswer,
  membersRequest,
  newPool,
  poolMemberPage,
  poolPage,
  poolSchema,
} from '../contract/pools.ts';
import { type Deps, resource } from '../env.ts';
import { answers, body, nothing, route } from '../route.ts';
import { pending } from './pending.ts';

const tags = ['Pools'];
const list = route({
  method: 'get',
  path: '/api/pools',
  role: 'viewer',
  tags,
  summary: 'Pools',
  request: { query: pageQuery },
  responses: answers(200, poolPage),
});
const create = route({
  method: 'post',
  path: '/api/pools',
  role: 'recruiter',
  tags,
  summary: 'Create a pool',
  request: { body: body(newPool) },
  responses: answers(201, created),
});
const read = route({
  method: 'get',
  path: '/api/pools/{id}',
  role: 'viewer',
  tags,
  summary: 'One pool',
  request: { params: idParam },
  responses: answers(200, poolSchema),
});
const members = route({
  method: 'get',
  path: '/api/pools/{id}/members',
  role: 'viewer',
  tags,
  summary: 'Who is in a pool, newest first',
  request: { params: idParam, query: pageQuery },
  responses: answers(200, poolMemberPage),
});
const add = route({
  method: 'post',
  path: '/api/pools/{id}/members',
  role: 'recruiter',
  tags,
  summary: 'Add candidates to a pool',
  request: { params: idParam, body: body(membersRequest) },
  responses: answers(200, membersAnswer),
});
const remove = route({
  method: 'delete',
  path: '/api/pools/{id}/members/{candidateId}',
  role: 'recruiter',
  tags,
  summary: 'Take a candidate out of a pool',
  request: { params: memberParam },
  responses: nothing,
});

export const poolRoutes = (_deps: Deps) =>
  resource()
    .openapi(list, pending)
    .openapi(create, pending)
    .openapi(read, pending)
    .openapi(members, pending)
    .openapi(add, pending)
    .openapi(remove, pending);
