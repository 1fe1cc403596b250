/** Secrets that flows use when they call other systems. */
import { randomBytes } from 'node:crypto';
import {
  changeHosts,
  insertSecret,
  listSecrets,
  removeSecret,
  replaceSealed,
} from '../../db/queries/secrets.ts';
import { idParam } from '../contract/common.ts';
import {
  newSecret,
  secretChange,
  secretCreated,
  secretHosts,
  secretPage,
  secretReplaced,
} from '../contract/secrets.ts';
import { rfc } from '../cursor.ts';
import { actorOf, type Deps, resource } from '../env.ts';
import { found, Problem } from '../problems.ts';
import { answers, body, nothing, problems, route } from '../route.ts';

const tags = ['Secrets'];
const list = route({
  method: 'get',
  path: '/api/secrets',
  role: 'viewer',
  tags,
  summary: 'The names of the secrets that flows use',
  responses: answers(200, secretPage),
});
const create = route({
  method: 'post',
  path: '/api/secrets',
  role: 'admin',
  tags,
  summary: 'Keep a secret; one that is made here is shown this once',
  request: { body: body(newSecret) },
  responses: {
    ...answers(201, secretCreated),
    ...problems('name-taken', 'idempotency-running', 'idempotency-reused'),
  },
});
const replace = route({
  method: 'put',
  path: '/api/secrets/{id}',
  role: 'admin',
  tags,
  summary: 'Replace a secret; whatever uses it uses the new one from now on',
  request: { params: idParam, body: body(secretChange) },
  responses: answers(200, secretReplaced),
});
const bind = route({
  method: 'patch',
  path: '/api/secrets/{id}',
  role: 'admin',
  tags,
  summary: 'Say where a secret may be sent as a bearer token; calls that are waiting are held to it, too',
  request: { params: idParam, body: body(secretHosts) },
  responses: nothing,
});
const remove = route({
  method: 'delete',
  path: '/api/secrets/{id}',
  role: 'admin',
  tags,
  summary: 'Forget a secret',
  request: { params: idParam },
  responses: nothing,
});

/** A key as Standard Webhooks writes it. */
const madeUp = (): string => `whsec_${randomBytes(32).toString('base64')}`;

export const secretRoutes = ({ db, clock, secrets }: Deps) =>
  resource()
    .openapi(list, async (c) => {
      const items = (await listSecrets(db)).map((row) => ({ ...row, createdAt: rfc(row.createdAt) }));
      return c.json({ items, nextCursor: null }, 200);
    })
    .openapi(create, async (c) => {
      const { name, value, hosts } = c.req.valid('json');
      const secret = value ?? madeUp();
      const by = actorOf(c).id;
      const id = await insertSecret(db, { name, sealed: secrets.seal(secret), hosts, by, now: clock.now() });
      if (id === null) throw new Problem('name-taken');
      return c.json({ id, secret: value === undefined ? secret : null }, 201);
    })
    .openapi(replace, async (c) => {
      const { value } = c.req.valid('json');
      const secret = value ?? madeUp();
      found((await replaceSealed(db, c.req.valid('param').id, secrets.seal(secret))) || null);
      return c.json({ secret: value === undefined ? secret : null }, 200);
    })
    .openapi(bind, async (c) => {
      found((await changeHosts(db, c.req.valid('param').id, c.req.valid('json').hosts)) || null);
      return c.body(null, 204);
    })
    .openapi(remove, async (c) => {
      found((await removeSecret(db, c.req.valid('param').id, clock.now())) || null);
      return c.body(null, 204);
    });
