/** Webhook sources. */
import { idParam, pageQuery } from '../contract/common.ts';
import { newSource, sourceCreated, sourceDetail, sourcePage, sourceSecret } from '../contract/sources.ts';
import { type Deps, resource } from '../env.ts';
import { answers, body, nothing, route } from '../route.ts';
import { pending } from './pending.ts';

const tags = ['Sources'];
const list = route({
  method: 'get',
  path: '/api/sources',
  role: 'viewer',
  tags,
  summary: 'Webhook sources',
  request: { query: pageQuery },
  responses: answers(200, sourcePage),
});
const create = route({
  method: 'post',
  path: '/api/sources',
  role: 'admin',
  tags,
  summary: 'Create a source; its secret is shown this once',
  request: { body: body(newSource) },
  responses: answers(201, sourceCreated),
});
const read = route({
  method: 'get',
  path: '/api/sources/{id}',
  role: 'viewer',
  tags,
  summary: 'A source and its last requests',
  request: { params: idParam },
  responses: answers(200, sourceDetail),
});
const rotate = route({
  method: 'post',
  path: '/api/sources/{id}/secret',
  role: 'admin',
  tags,
  summary: 'Replace the secret; the new one is shown this once',
  request: { params: idParam },
  responses: answers(200, sourceSecret),
});
const remove = route({
  method: 'delete',
  path: '/api/sources/{id}',
  role: 'admin',
  tags,
  summary: 'Stop taking requests from a source',
  request: { params: idParam },
  responses: nothing,
});

export const sourceRoutes = (_deps: Deps) =>
  resource()
    .openapi(list, pending)
    .openapi(create, pending)
    .openapi(read, pending)
    .openapi(rotate, pending)
    .openapi(remove, pending);
