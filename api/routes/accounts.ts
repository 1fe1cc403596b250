/** Accounts and API keys. */
import { z } from '@hono/zod-openapi';
import {
  apiKeySchema,
  mintedApiKey,
  newApiKey,
  newUser,
  userChange,
  userParam,
  userSchema,
} from '../contract/accounts.ts';
import { idParam, page } from '../contract/common.ts';
import { type Deps, resource } from '../env.ts';
import { answers, body, nothing, route } from '../route.ts';
import { pending } from './pending.ts';

const users = route({
  method: 'get',
  path: '/api/users',
  role: 'viewer',
  tags: ['Accounts'],
  summary: 'Everyone with an account',
  responses: answers(200, page(userSchema)),
});
const addUser = route({
  method: 'post',
  path: '/api/users',
  role: 'admin',
  tags: ['Accounts'],
  summary: 'Create an account',
  request: { body: body(newUser) },
  responses: answers(201, z.object({ id: z.string() })),
});
const changeUser = route({
  method: 'patch',
  path: '/api/users/{id}',
  role: 'admin',
  tags: ['Accounts'],
  summary: 'Change a role',
  request: { params: userParam, body: body(userChange) },
  responses: nothing,
});
const keys = route({
  method: 'get',
  path: '/api/api-keys',
  role: 'admin',
  tags: ['Accounts'],
  summary: 'API keys',
  responses: answers(200, page(apiKeySchema)),
});
const addKey = route({
  method: 'post',
  path: '/api/api-keys',
  role: 'admin',
  tags: ['Accounts'],
  summary: 'Make an API key; it is shown this once',
  request: { body: body(newApiKey) },
  responses: answers(201, mintedApiKey),
});
const dropKey = route({
  method: 'delete',
  path: '/api/api-keys/{id}',
  role: 'admin',
  tags: ['Accounts'],
  summary: 'Revoke an API key',
  request: { params: idParam },
  responses: nothing,
});

export const accountRoutes = (_deps: Deps) =>
  resource()
    .openapi(users, pending)
    .openapi(addUser, pending)
    .openapi(changeUser, pending)
    .openapi(keys, pending)
    .openapi(addKey, pending)
    .openapi(dropKey, pending);
