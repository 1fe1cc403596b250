/** Messages, suppressions and events. */
import { created, idParam, pageQuery } from '../contract/common.ts';
import {
  eventPage,
  messagePage,
  messageQuery,
  messageSchema,
  newEvent,
  newSuppression,
  settleRequest,
  suppressionPage,
  suppressionParam,
} from '../contract/messages.ts';
import { type Deps, resource } from '../env.ts';
import { answers, body, nothing, route } from '../route.ts';
import { pending } from './pending.ts';

const tags = ['Messages'];
const list = route({
  method: 'get',
  path: '/api/messages',
  role: 'viewer',
  tags,
  summary: 'Messages, newest first',
  request: { query: messageQuery },
  responses: answers(200, messagePage),
});
const read = route({
  method: 'get',
  path: '/api/messages/{id}',
  role: 'viewer',
  tags,
  summary: 'One message',
  request: { params: idParam },
  responses: answers(200, messageSchema),
});
const settle = route({
  method: 'post',
  path: '/api/messages/{id}/settle',
  role: 'recruiter',
  tags,
  summary: 'Say what became of a message of unknown fate',
  request: { params: idParam, body: body(settleRequest) },
  responses: nothing,
});
const suppressions = route({
  method: 'get',
  path: '/api/suppressions',
  role: 'viewer',
  tags,
  summary: 'Addresses that get no mail',
  request: { query: pageQuery },
  responses: answers(200, suppressionPage),
});
const suppress = route({
  method: 'post',
  path: '/api/suppressions',
  role: 'recruiter',
  tags,
  summary: 'Stop mail to an address',
  request: { body: body(newSuppression) },
  responses: nothing,
});
const release = route({
  method: 'delete',
  path: '/api/suppressions/{address}',
  role: 'admin',
  tags,
  summary: 'Allow mail to an address again',
  request: { params: suppressionParam },
  responses: nothing,
});
const events = route({
  method: 'get',
  path: '/api/events',
  role: 'viewer',
  tags: ['Events'],
  summary: 'Events, newest first',
  request: { query: pageQuery },
  responses: answers(200, eventPage),
});
const record = route({
  method: 'post',
  path: '/api/events',
  role: 'recruiter',
  tags: ['Events'],
  summary: 'Record a custom event',
  request: { body: body(newEvent) },
  responses: answers(201, created),
});

export const messageRoutes = (_deps: Deps) =>
  resource()
    .openapi(list, pending)
    .openapi(read, pending)
    .openapi(settle, pending)
    .openapi(suppressions, pending)
    .openapi(suppress, pending)
    .openapi(release, pending)
    .openapi(events, pending)
    .openapi(record, pending);
