/** Accounts and API keys. */
import { z } from '@hono/zod-openapi';
import { changeRole, deleteApiKey, listAccounts, listApiKeys } from '../../db/queries/accounts.ts';
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
import { rfc, rfcOrNull } from '../cursor.ts';
import { actorOf, type Deps, resource } from '../env.ts';
import { found, Problem } from '../problems.ts';
import { answers, body, nothing, nothingOr, problems, route } from '../route.ts';

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
  responses: {
    ...answers(201, z.object({ id: z.string() })),
    ...problems('account-exists', 'idempotency-running', 'idempotency-reused'),
  },
});
const changeUser = route({
  method: 'patch',
  path: '/api/users/{id}',
  role: 'admin',
  tags: ['Accounts'],
  summary: 'Change a role',
  request: { params: userParam, body: body(userChange) },
  responses: nothingOr('last-admin', 'idempotency-running', 'idempotency-reused'),
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

export const accountRoutes = ({ db, accounts }: Deps) =>
  resource()
    .openapi(users, async (c) => {
      const items = (await listAccounts(db)).map((account) => ({
        ...account,
        createdAt: rfc(account.createdAt),
      }));
      return c.json({ items, nextCursor: null }, 200);
    })
    .openapi(addUser, async (c) => {
      const id = await accounts.createAccount(c.req.valid('json'));
      if (id === null) throw new Problem('account-exists');
      return c.json({ id }, 201);
    })
    .openapi(changeUser, async (c) => {
      const outcome = await changeRole(db, c.req.valid('param').id, c.req.valid('json').role);
      if (outcome === 'last-admin') throw new Problem('last-admin');
      found(outcome === 'done' || null);
      return c.body(null, 204);
    })
    .openapi(keys, async (c) => {
      const items = (await listApiKeys(db)).map((key) => ({
        ...key,
        createdAt: rfc(key.createdAt),
        lastUsedAt: rfcOrNull(key.lastUsedAt),
      }));
      return c.json({ items, nextCursor: null }, 200);
    })
    .openapi(addKey, async (c) => {
      const { name, role } = c.req.valid('json');
      return c.json(await accounts.mintApiKey(name, role, actorOf(c).id), 201);
    })
    .openapi(dropKey, async (c) => {
      found((await deleteApiKey(db, c.req.valid('param').id)) || null);
      return c.body(null, 204);
    });
