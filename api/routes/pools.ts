/** Talent pools and their members. */

import { notifyLive, notifyWork } from '../../db/notify.ts';
import {
  addMembers,
  createPool,
  listMembers,
  listPools,
  type PoolRow,
  readPool,
  removeMember,
} from '../../db/queries/pools.ts';
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
import { byName, byTime, pageOf, readCursor, rfc } from '../cursor.ts';
import { actorOf, byActor, type Deps, resource } from '../env.ts';
import { found, Problem } from '../problems.ts';
import { answers, body, nothing, problems, route } from '../route.ts';

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
  responses: {
    ...answers(201, created),
    ...problems('name-taken', 'idempotency-running', 'idempotency-reused'),
  },
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

const shown = ({ nameKey: _key, createdAt, ...pool }: PoolRow) => ({ ...pool, createdAt: rfc(createdAt) });

export const poolRoutes = ({ db, clock }: Deps) => {
  const told = (candidateIds: string[]) => {
    notifyWork(db, 'router');
    notifyLive(
      db,
      candidateIds.map((id) => ({ topic: 'candidate', id })),
    );
  };
  return resource()
    .openapi(list, async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const rows = await listPools(db, { limit: limit + 1, after: readCursor(cursor, byName) });
      return c.json(
        pageOf(rows, limit, (row) => ({ key: row.nameKey, id: row.id }), shown),
        200,
      );
    })
    .openapi(create, async (c) => {
      const id = await createPool(db, c.req.valid('json'), clock.now());
      if (!id) throw new Problem('name-taken');
      return c.json({ id }, 201);
    })
    .openapi(read, async (c) => c.json(shown(found(await readPool(db, c.req.valid('param').id))), 200))
    .openapi(members, async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const { id } = c.req.valid('param');
      found(await readPool(db, id));
      const rows = await listMembers(db, id, { limit: limit + 1, after: readCursor(cursor, byTime) });
      return c.json(
        pageOf(
          rows,
          limit,
          (row) => ({ at: rfc(row.joinedAt), id: row.id }),
          (row) => ({ ...row, joinedAt: rfc(row.joinedAt) }),
        ),
        200,
      );
    })
    .openapi(add, async (c) => {
      const added = found(
        await addMembers(
          db,
          c.req.valid('param').id,
          c.req.valid('json').candidateIds,
          byActor(actorOf(c)),
          clock.now(),
        ),
      );
      told(added);
      return c.json({ added: added.length }, 200);
    })
    .openapi(remove, async (c) => {
      const { id, candidateId } = c.req.valid('param');
      found((await removeMember(db, id, candidateId, byActor(actorOf(c)), clock.now())) || null);
      told([candidateId]);
      return c.body(null, 204);
    });
};
