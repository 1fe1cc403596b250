/** The mail catcher: what would have been sent, and the candidate's answers by hand. */
import { idParam, pageQuery } from '../contract/common.ts';
import { caughtMail, caughtMailPage, clickRequest, replyRequest } from '../contract/messages.ts';
import { type Deps, resource } from '../env.ts';
import { answers, body, nothing, route } from '../route.ts';
import { pending } from './pending.ts';

const tags = ['Mail catcher'];
const list = route({
  method: 'get',
  path: '/api/caught-mails',
  role: 'viewer',
  tags,
  summary: 'Caught mails, newest first',
  request: { query: pageQuery },
  responses: answers(200, caughtMailPage),
});
const read = route({
  method: 'get',
  path: '/api/caught-mails/{id}',
  role: 'viewer',
  tags,
  summary: 'One caught mail',
  request: { params: idParam },
  responses: answers(200, caughtMail),
});
const reply = route({
  method: 'post',
  path: '/api/caught-mails/{id}/reply',
  role: 'recruiter',
  tags,
  summary: 'Answer as the candidate',
  request: { params: idParam, body: body(replyRequest) },
  responses: nothing,
});
const click = route({
  method: 'post',
  path: '/api/caught-mails/{id}/click',
  role: 'recruiter',
  tags,
  summary: 'Follow a link as the candidate',
  request: { params: idParam, body: body(clickRequest) },
  responses: nothing,
});
const bounce = route({
  method: 'post',
  path: '/api/caught-mails/{id}/bounce',
  role: 'recruiter',
  tags,
  summary: 'Let it bounce',
  request: { params: idParam },
  responses: nothing,
});

export const caughtMailRoutes = (_deps: Deps) =>
  resource()
    .openapi(list, pending)
    .openapi(read, pending)
    .openapi(reply, pending)
    .openapi(click, pending)
    .openapi(bounce, pending);
