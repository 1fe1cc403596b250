/** Talent pools and their members. */

import type { Db } from '../../db/connect.ts';
import { notifyLive, notifyWork } from '../../db/notify.ts';
import { keepKeysForSearch } from '../../db/queries/candidate-keys.ts';
import { previewPool } from '../../db/queries/pool-preview.ts';
import { flowsUsingPool } from '../../db/queries/pool-uses.ts';
import {
  addMembers,
  changePool,
  createPool,
  listMembers,
  listPools,
  PoolIsArchived,
  PoolIsDynamic,
  type PoolRow,
  readPool,
  removeMember,
} from '../../db/queries/pools.ts';
import type { Condition } from '../../engine/conditions/condition.ts';
import { conditionInWords } from '../../engine/conditions/words.ts';
import { readsItself } from '../../engine/pools/heard.ts';
import type { Names } from '../../engine/steps/step.ts';
import { soundCondition } from '../condition.ts';
import { created, idParam, pageQuery } from '../contract/common.ts';
import {
  memberParam,
  membersAnswer,
  membersRequest,
  newPool,
  poolChange,
  poolFlows,
  poolListQuery,
  poolMemberPage,
  poolPage,
  poolPreview,
  poolPreviewRequest,
  poolSchema,
} from '../contract/pools.ts';
import { byName, byTime, pageOf, readCursor, rfc, rfcOrNull } from '../cursor.ts';
import { actorOf, byActor, type Deps, resource } from '../env.ts';
import { membersBecause } from '../pool-reasons.ts';
import { found, invalid, Problem } from '../problems.ts';
import { answers, body, nothingOr, problems, route } from '../route.ts';
import { namesFor } from '../words.ts';

const tags = ['Pools'];
const list = route({
  method: 'get',
  path: '/api/pools',
  role: 'viewer',
  tags,
  summary: 'Pools; the archived ones only when asked for',
  request: { query: poolListQuery },
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
const change = route({
  method: 'patch',
  path: '/api/pools/{id}',
  role: 'recruiter',
  tags,
  summary: 'Rename a pool, change who is in it by which condition, put it into the archive or take it out',
  request: { params: idParam, body: body(poolChange) },
  responses: { ...answers(200, poolSchema), ...problems('name-taken', 'pool-archived') },
});
const uses = route({
  method: 'get',
  path: '/api/pools/{id}/flows',
  role: 'viewer',
  tags,
  summary: 'Flows that are live or paused and use a pool',
  request: { params: idParam },
  responses: answers(200, poolFlows),
});
const preview = route({
  method: 'post',
  path: '/api/pools/{id}/preview',
  role: 'recruiter',
  tags,
  summary: 'Who would join and leave a pool by another condition, and which flows that starts',
  request: { params: idParam, body: body(poolPreviewRequest) },
  responses: answers(200, poolPreview),
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
  responses: { ...answers(200, membersAnswer), ...problems('pool-by-condition', 'pool-archived') },
});
const remove = route({
  method: 'delete',
  path: '/api/pools/{id}/members/{candidateId}',
  role: 'recruiter',
  tags,
  summary: 'Take a candidate out of a pool',
  request: { params: memberParam },
  responses: nothingOr('pool-by-condition', 'pool-archived'),
});

const shown =
  (names: Names) =>
  ({ nameKey: _key, createdAt, archivedAt, ...pool }: PoolRow) => ({
    ...pool,
    says: pool.condition && conditionInWords(pool.condition, names),
    createdAt: rfc(createdAt),
    archivedAt: rfcOrNull(archivedAt),
  });
const namesOf = (db: Db, pools: readonly PoolRow[]) =>
  namesFor(
    db,
    pools.map((pool) => pool.condition),
  );
const shownOne = async (db: Db, pool: PoolRow) => shown(await namesOf(db, [pool]))(pool);

/** @throws {Problem} `pool-by-condition`, `pool-archived` */
async function byHand<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof PoolIsDynamic) throw new Problem('pool-by-condition');
    if (error instanceof PoolIsArchived) throw new Problem('pool-archived');
    throw error;
  }
}

/** `id`: the pool's own; null: it has none yet. @throws {Problem} `invalid` */
function poolCondition(condition: Condition | null, id: string | null): Condition | null {
  if (condition === null) return null;
  soundCondition(condition);
  if (readsItself(condition, id))
    throw invalid({
      path: 'condition',
      message: 'asks whether someone is in this very pool: name other pools instead',
    });
  return condition;
}

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
      const { limit, cursor, archived } = c.req.valid('query');
      const rows = await listPools(db, archived, { limit: limit + 1, after: readCursor(cursor, byName) });
      const names = await namesOf(db, rows);
      return c.json(
        pageOf(rows, limit, (row) => ({ key: row.nameKey, id: row.id }), shown(names)),
        200,
      );
    })
    .openapi(create, async (c) => {
      const given = c.req.valid('json');
      const id = await createPool(
        db,
        { ...given, condition: poolCondition(given.condition, null) },
        clock.now(),
      );
      if (!id) throw new Problem('name-taken');
      if (given.condition !== null) notifyWork(db, 'pools');
      return c.json({ id }, 201);
    })
    .openapi(change, async (c) => {
      const { id } = c.req.valid('param');
      const given = c.req.valid('json');
      if (given.condition) poolCondition(given.condition, id);
      const outcome = await changePool(db, id, given, clock.now());
      if (outcome === 'name-taken') throw new Problem('name-taken');
      if (outcome === 'archived') throw new Problem('pool-archived');
      if (given.condition || given.archived === false) notifyWork(db, 'pools');
      return c.json(await shownOne(db, found(await readPool(db, id))), 200);
    })
    .openapi(read, async (c) =>
      c.json(await shownOne(db, found(await readPool(db, c.req.valid('param').id))), 200),
    )
    .openapi(uses, async (c) => {
      const { id } = c.req.valid('param');
      found(await readPool(db, id));
      return c.json({ items: await flowsUsingPool(db, id) }, 200);
    })
    .openapi(preview, async (c) => {
      const { id } = c.req.valid('param');
      const pool = found(await readPool(db, id));
      const condition = poolCondition(c.req.valid('json').condition, pool.id);
      if (condition) await keepKeysForSearch(db);
      return c.json(await previewPool(db, pool.id, condition, clock.now()), 200);
    })
    .openapi(members, async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const { id } = c.req.valid('param');
      const pool = found(await readPool(db, id));
      const rows = await listMembers(db, id, { limit: limit + 1, after: readCursor(cursor, byTime) });
      const reasons =
        pool.condition &&
        (await membersBecause(
          db,
          pool.condition,
          rows.map((row) => row.id),
          clock.now(),
        ));
      return c.json(
        pageOf(
          rows,
          limit,
          (row) => ({ at: rfc(row.joinedAt), id: row.id }),
          (row) => ({
            ...row,
            joinedAt: rfc(row.joinedAt),
            because: reasons?.get(row.id) ?? (reasons && []),
          }),
        ),
        200,
      );
    })
    .openapi(add, async (c) => {
      const added = found(
        await byHand(() =>
          addMembers(
            db,
            c.req.valid('param').id,
            c.req.valid('json').candidateIds,
            byActor(actorOf(c)),
            clock.now(),
          ),
        ),
      );
      told(added);
      return c.json({ added: added.length }, 200);
    })
    .openapi(remove, async (c) => {
      const { id, candidateId } = c.req.valid('param');
      const removed = await byHand(() => removeMember(db, id, candidateId, byActor(actorOf(c)), clock.now()));
      found(removed || null);
      told([candidateId]);
      return c.body(null, 204);
    });
};
