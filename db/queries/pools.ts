/** Talent pools and their members. */
import { sql } from 'kysely';
import type { Condition } from '../../engine/conditions/condition.ts';
import { fold } from '../../engine/conditions/fold.ts';
import { canonicalJson } from '../../engine/plan/canonical.ts';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import { isUniqueViolation, retryConflicts } from '../transactions.ts';
import { writeCondition } from './dynamic-pools.ts';
import { type By, recordEvents } from './events.ts';
import { lockCandidates } from './lock.ts';
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
}

const columns = sql`p.id, p.name, p.name_key as "nameKey", p.description, p.condition, p.created_at as "createdAt",
  exists (select from pool_fill where pool_id = p.id) as filling,
  (select jsonb_build_object('looked', looked, 'of', expected) from pool_fill where pool_id = p.id) as progress,
  (select count(*)::int from pool_member m where m.pool_id = p.id) as members`;

/** By name. */
export async function listPools(db: Db, { limit, after }: Page<AfterName>): Promise<PoolRow[]> {
  const found = await sql<PoolRow>`
    select ${columns} from pool p
    where p.archived_at is null ${after ? sql`and (p.name_key, p.id) > (${after.key}, ${after.id}::uuid)` : sql``}
    order by p.name_key, p.id limit ${limit}`.execute(db);
  return found.rows;
}

export async function readPool(db: Db, id: string): Promise<PoolRow | null> {
  const found =
    await sql<PoolRow>`select ${columns} from pool p where p.id = ${id} and p.archived_at is null`.execute(
      db,
    );
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

/** `condition` null: members are chosen by hand from now on, and those there are stay. */
export async function changePool(
  db: Db,
  id: string,
  change: { name?: string; description?: string; condition?: Condition | null },
  now: number,
): Promise<'done' | 'not-found' | 'name-taken'> {
  const { name, description, condition } = change;
  try {
    return await retryConflicts(() =>
      db.transaction().execute(async (trx) => {
        const was = await trx
          .selectFrom('pool')
          .select('condition')
          .where('id', '=', id)
          .where('archived_at', 'is', null)
          .executeTakeFirst();
        if (!was) return 'not-found';
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

/** Answers who was not in it before; null: no such pool. At most 500 candidates. @throws {PoolIsDynamic} */
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
      .select(['name', 'condition'])
      .where('id', '=', poolId)
      .where('archived_at', 'is', null)
      // Whoever gives it a condition waits, and then looks at everyone who is in it.
      .forShare()
      .executeTakeFirst();
    if (!pool) return null;
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

/** False: is not in it. @throws {PoolIsDynamic} */
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
      .select('condition')
      .where('id', '=', poolId)
      .forShare()
      .executeTakeFirst();
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
