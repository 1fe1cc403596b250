/** First run, who am I, and the workspace. */
import { meSchema, setupRequest, setupState, workspaceChange } from '../contract/accounts.ts';
import { type Deps, resource } from '../env.ts';
import { answers, body, nothing, route } from '../route.ts';
import { pending } from './pending.ts';

const state = route({
  method: 'get',
  path: '/api/setup',
  role: 'anyone',
  tags: ['Accounts'],
  summary: 'Whether the workspace still needs its owner',
  responses: answers(200, setupState),
});
const setUp = route({
  method: 'post',
  path: '/api/setup',
  role: 'anyone',
  tags: ['Accounts'],
  summary: 'Create the owner, once',
  request: { body: body(setupRequest) },
  responses: answers(201, setupState),
});
const me = route({
  method: 'get',
  path: '/api/me',
  role: 'viewer',
  tags: ['Accounts'],
  summary: 'Who is asking',
  responses: answers(200, meSchema),
});
const workspace = route({
  method: 'patch',
  path: '/api/workspace',
  role: 'admin',
  tags: ['Accounts'],
  summary: 'Change the workspace',
  request: { body: body(workspaceChange) },
  responses: nothing,
});

export const setupRoutes = (_deps: Deps) =>
  resource().openapi(state, pending).openapi(setUp, pending).openapi(me, pending).openapi(workspace, pending);
