/** In whose name mails may go out, beside the workspace's own. */
import { changeSender, insertSender, listSenders, removeSender } from '../../db/queries/senders.ts';
import { idParam } from '../contract/common.ts';
import { newSender, senderCreated, senderPage } from '../contract/senders.ts';
import { type Deps, resource } from '../env.ts';
import { found, Problem } from '../problems.ts';
import { answers, body, nothing, nothingOr, problems, route } from '../route.ts';

const tags = ['Senders'];
const list = route({
  method: 'get',
  path: '/api/senders',
  role: 'viewer',
  tags,
  summary: 'In whose name mails may go out',
  responses: answers(200, senderPage),
});
const create = route({
  method: 'post',
  path: '/api/senders',
  role: 'admin',
  tags,
  summary: 'Add a sender',
  request: { body: body(newSender) },
  responses: {
    ...answers(201, senderCreated),
    ...problems('name-taken', 'idempotency-running', 'idempotency-reused'),
  },
});
const change = route({
  method: 'put',
  path: '/api/senders/{id}',
  role: 'admin',
  tags,
  summary: 'Change a sender; what is written from now on is in the new name',
  request: { params: idParam, body: body(newSender) },
  responses: nothingOr('name-taken'),
});
const remove = route({
  method: 'delete',
  path: '/api/senders/{id}',
  role: 'admin',
  tags,
  summary: 'Remove a sender; steps that use it stop there',
  request: { params: idParam },
  responses: nothing,
});

export const senderRoutes = ({ db, clock }: Deps) =>
  resource()
    .openapi(list, async (c) => c.json({ items: await listSenders(db), nextCursor: null }, 200))
    .openapi(create, async (c) => {
      const { replyTo = null, ...sender } = c.req.valid('json');
      const id = await insertSender(db, { ...sender, replyTo }, clock.now());
      if (id === null) throw new Problem('name-taken');
      return c.json({ id }, 201);
    })
    .openapi(change, async (c) => {
      const { replyTo = null, ...sender } = c.req.valid('json');
      const done = await changeSender(db, c.req.valid('param').id, { ...sender, replyTo });
      if (done === 'name-taken') throw new Problem('name-taken');
      found(done === 'changed' || null);
      return c.body(null, 204);
    })
    .openapi(remove, async (c) => {
      found((await removeSender(db, c.req.valid('param').id)) || null);
      return c.body(null, 204);
    });
