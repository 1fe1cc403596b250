/** Talent pools and their members. */
import { sql } from 'kysely';
import type { Condition } from '../../engine/conditions/condition.ts';
import { fold } from '../../engine/conditions/fold.ts';
import { canonicalJson } from '../../engine/plan/canonical.ts';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import { isUniqueViolation, retryConflicts } from '../transactions.ts';
import { refillPool, writeCondition } from './dynamic-pools.ts';
import { type By, recordEvents } from './events.ts';
import { lockCandidates, type Trx } from './lock.ts';
import type { AfterName, AfterTime, Page } from './page.ts';

export interface PoolRow {
  id: string;
  name: string;
  nameKey: string;
  description: string;
  members: number;
  /** Null: its members are chosen by hand. */
  condition: Condition | null;
  /** Not everyone for whom the condition may hold has been looked at yet. */
  filling: boolean;
  /** While it is filled: how many were looked at, of about how many; null: nobody has counted yet. */
  progress: { looked: number; of: number | null } | null;
  createdAt: Date;
  /** Null: in use. */
  archivedAt: Date | null;
}

const columns = sql`p.id, p.name, p.name_key as "nameKey", p.description, p.condition, p.created_at as "createdAt", p.archived_at as "archivedAt",
  exists (select from pool_fill where pool_id = p.id) as filling,
  (select jsonb_build_object('looked', looked, 'of', expected) from pool_fill where pool_id = p.id) as progress,
  (select count(*)::int from pool_member m where m.pool_id = p.id) as members`;

/** By name: those in use, or those in the archive. */
export async function listPools(
  db: Db,
  archived: boolean,
  { limit, after }: Page<AfterName>,
): Promise<PoolRow[]> {
  const found = await sql<PoolRow>`
    select ${columns} from pool p
    where p.archived_at is ${archived ? sql`not null` : sql`null`} ${after ? sql`and (p.name_key, p.id) > (${after.key}, ${after.id}::uuid)` : sql``}
    order by p.name_key, p.id limit ${limit}`.execute(db);
  return found.rows;
}

/** In the archive or not; null: no such pool. */
export async function readPool(db: Db, id: string): Promise<PoolRow | null> {
  const found = await sql<PoolRow>`select ${columns} from pool p where p.id = ${id}`.execute(db);
  return found.rows[0] ?? null;
}

/** Null: the name is in use. */
export async function createPool(
  db: Db,
  {
    name,
    description,
    condition = null,
  }: { name: string; description: string; condition?: Condition | null },
  now: number,
): Promise<string | null> {
  return db.transaction().execute(async (trx) => {
    const inserted = await trx
      .insertInto('pool')
      .values({ id: newId(now), name, name_key: fold(name), description, created_at: new Date(now) })
      .onConflict((conflict) => conflict.column('name_key').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!inserted) return null;
    if (condition !== null) await writeCondition(trx, inserted.id, condition, now);
    return inserted.id;
  });
}

/** `archived`: nobody joins or leaves any more; taken out again, a condition looks at everyone anew. `condition` null: members are chosen by hand from now on, and those there are stay. */
export async function changePool(
  db: Db,
  id: string,
  change: { name?: string; description?: string; condition?: Condition | null; archived?: boolean },
  now: number,
): Promise<'done' | 'not-found' | 'name-taken' | 'archived'> {
  const { name, description, condition, archived } = change;
  try {
    return await retryConflicts(() =>
      db.transaction().execute(async (trx) => {
        const was = await trx
          .selectFrom('pool')
          .select(['condition', 'archived_at'])
          .where('id', '=', id)
          .executeTakeFirst();
        if (!was) return 'not-found';
        const says = [name, description, condition].some((each) => each !== undefined);
        if (was.archived_at && archived !== false && says) return 'archived';
        if (archived !== undefined && archived !== Boolean(was.archived_at))
          await (archived ? putAway(trx, id, now) : takeOut(trx, id, now));
        if (condition !== undefined && canonicalJson(condition) !== canonicalJson(was.condition))
          await writeCondition(trx, id, condition, now);
        if (name !== undefined || description !== undefined)
          await trx
            .updateTable('pool')
            .set({
              ...(name === undefined ? {} : { name, name_key: fold(name) }),
              ...(description === undefined ? {} : { description }),
            })
            .where('id', '=', id)
            .execute();
        return 'done';
      }),
    );
  } catch (error) {
    if (isUniqueViolation(error)) return 'name-taken';
    throw error;
  }
}

async function putAway(trx: Trx, id: string, now: number): Promise<void> {
  // Before the pool's own row, as the pump does that fills it.
  await trx.deleteFrom('pool_fill').where('pool_id', '=', id).execute();
  await trx
    .updateTable('pool')
    .set({ archived_at: new Date(now) })
    .where('id', '=', id)
    .execute();
}

async function takeOut(trx: Trx, id: string, now: number): Promise<void> {
  await trx.updateTable('pool').set({ archived_at: null }).where('id', '=', id).execute();
  await refillPool(trx, id, now);
}

export interface PoolMemberRow {
  id: string;
  fullName: string;
  headline: string | null;
  company: string | null;
  email: string | null;
  tags: string[];
  joinedAt: Date;
  by: { kind: 'person' | 'flow' | 'source' | 'system'; name: string | null };
}

/** Last joined first. */
export async function listMembers(
  db: Db,
  poolId: string,
  { limit, after }: Page<AfterTime>,
): Promise<PoolMemberRow[]> {
  const found = await sql<PoolMemberRow>`
    select c.id, c.full_name as "fullName", c.headline, c.company, c.tags, m.joined_at as "joinedAt",
      (select address from candidate_email where candidate_id = c.id and is_primary) as email,
      jsonb_build_object('kind', m.by_kind, 'name', coalesce(u.name, f.name)) as by
    from pool_member m join candidate c on c.id = m.candidate_id
    left join "user" u on m.by_kind = 'person' and u.id = m.by_id
    left join flow f on m.by_kind = 'flow' and f.id::text = m.by_id
    where m.pool_id = ${poolId} ${after ? sql`and (m.joined_at, m.candidate_id) < (${after.at}, ${after.id}::uuid)` : sql``}
    order by m.joined_at desc, m.candidate_id desc limit ${limit}`.execute(db);
  return found.rows;
}

/** Thrown when a condition chooses the pool's members, so that nobody else can. */
export class PoolIsDynamic extends Error {
  constructor() {
    super('A condition chooses who is in this pool.');
    this.name = 'PoolIsDynamic';
  }
}

/** Thrown when a pool is in the archive, so that nobody joins or leaves. */
export class PoolIsArchived extends Error {
  constructor() {
    super('This pool is in the archive.');
    this.name = 'PoolIsArchived';
  }
}

/** Answers who was not in it before; null: no such pool. At most 500 candidates. @throws {PoolIsDynamic, PoolIsArchived} */
export async function addMembers(
  db: Db,
  poolId: string,
  candidateIds: readonly string[],
  by: By,
  now: number,
): Promise<string[] | null> {
  return db.transaction().execute(async (trx) => {
    const locked = await lockCandidates(trx, candidateIds);
    const pool = await trx
      .selectFrom('pool')
      .select(['name', 'condition', 'archived_at'])
      .where('id', '=', poolId)
      // Whoever gives it a condition waits, and then looks at everyone who is in it.
      .forShare()
      .executeTakeFirst();
    if (!pool) return null;
    if (pool.archived_at) throw new PoolIsArchived();
    if (pool.condition !== null) throw new PoolIsDynamic();
    const ids = locked.filter((candidate) => !candidate.mergedInto).map((candidate) => candidate.id);
    const joined = await sql<{ id: string }>`
      insert into pool_member (pool_id, candidate_id, joined_at, by_kind, by_id)
      select ${poolId}, id, ${new Date(now)}, 'person', ${by.id ?? null} from unnest(${ids}::uuid[]) as id
      on conflict do nothing returning candidate_id as id`.execute(trx);
    const added = joined.rows.map((row) => row.id);
    await recordEvents(
      trx,
      added.map((candidateId) => ({
        candidateId,
        type: 'pool.joined',
        data: { poolId, name: pool.name },
        by,
      })),
      now,
    );
    return added;
  });
}

/** False: is not in it. @throws {PoolIsDynamic, PoolIsArchived} */
export async function removeMember(
  db: Db,
  poolId: string,
  candidateId: string,
  by: By,
  now: number,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    await lockCandidates(trx, [candidateId]);
    const known = await trx
      .selectFrom('pool')
      .select(['condition', 'archived_at'])
      .where('id', '=', poolId)
      .forShare()
      .executeTakeFirst();
    if (known?.archived_at) throw new PoolIsArchived();
    if (known && known.condition !== null) throw new PoolIsDynamic();
    const left = await sql<{ name: string }>`
      delete from pool_member m using pool p where p.id = m.pool_id and m.pool_id = ${poolId} and m.candidate_id = ${candidateId} returning p.name`.execute(
      trx,
    );
    const pool = left.rows[0];
    if (!pool) return false;
    await recordEvents(trx, [{ candidateId, type: 'pool.left', data: { poolId, name: pool.name }, by }], now);
    return true;
  });
}
