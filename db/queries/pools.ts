/** Talent pools and their members. */
import { sql } from 'kysely';
import { fold } from '../../engine/conditions/fold.ts';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import { type By, recordEvents } from './events.ts';
import { lockCandidates } from './lock.ts';
import type { AfterName, AfterTime, Page } from './page.ts';

export interface PoolRow {
  id: string;
  name: string;
  nameKey: string;
  description: string;
  members: number;
  createdAt: Date;
}

const columns = sql`p.id, p.name, p.name_key as "nameKey", p.description, p.created_at as "createdAt",
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
  { name, description }: { name: string; description: string },
  now: number,
): Promise<string | null> {
  const inserted = await db
    .insertInto('pool')
    .values({ id: newId(now), name, name_key: fold(name), description, created_at: new Date(now) })
    .onConflict((conflict) => conflict.column('name_key').doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted?.id ?? null;
}

export interface PoolMemberRow {
  id: string;
  fullName: string;
  headline: string | null;
  company: string | null;
  email: string | null;
  tags: string[];
  joinedAt: Date;
  by: { kind: 'person' | 'flow' | 'source'; name: string | null };
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

/** Answers who was not in it before; null: no such pool. At most 500 candidates. */
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
      .select('name')
      .where('id', '=', poolId)
      .where('archived_at', 'is', null)
      .executeTakeFirst();
    if (!pool) return null;
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

export async function removeMember(
  db: Db,
  poolId: string,
  candidateId: string,
  by: By,
  now: number,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    await lockCandidates(trx, [candidateId]);
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
