/** Accounts, sessions' owners and API keys. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import { refillReading } from './dynamic-pools.ts';
import type { Trx } from './lock.ts';
import { lookAfterZones } from './zones-seen.ts';

export type Role = 'viewer' | 'recruiter' | 'admin';

export interface NewAccount {
  name: string;
  /** Lower case. */
  email: string;
  passwordHash: string;
  role: Role;
  /** Milliseconds. */
  now: number;
}

export async function hasAccounts(db: Db): Promise<boolean> {
  const found = await db.selectFrom('user').select('id').limit(1).executeTakeFirst();
  return found !== undefined;
}

/** The first account, an admin, and the workspace's name. Null: someone was first. */
export async function createOwner(
  db: Db,
  owner: Omit<NewAccount, 'role'>,
  workspace: { name?: string; timeZone?: string },
): Promise<string | null> {
  return db.transaction().execute(async (trx) => {
    // Two owners at once: the second waits here and then sees the first.
    await sql`lock table "user" in share row exclusive mode`.execute(trx);
    if (await hasAccounts(trx)) return null;
    const id = await insertAccount(trx, { ...owner, role: 'admin' });
    if (workspace.name || workspace.timeZone) {
      await trx
        .updateTable('workspace')
        .set({
          ...(workspace.name ? { name: workspace.name } : {}),
          ...(workspace.timeZone ? { time_zone: workspace.timeZone } : {}),
        })
        .execute();
    }
    return id;
  });
}

/** Null: the address has an account. */
export async function createAccount(db: Db, account: NewAccount): Promise<string | null> {
  return db.transaction().execute(async (trx) => insertAccount(trx, account));
}

async function insertAccount(
  db: Db,
  { name, email, passwordHash, role, now }: NewAccount,
): Promise<string | null> {
  const id = newId(now);
  const at = new Date(now);
  const inserted = await db
    .insertInto('user')
    .values({ id, name, email, email_verified: false, role, created_at: at, updated_at: at })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!inserted) return null;
  await db
    .insertInto('credential')
    .values({
      id: newId(now),
      user_id: id,
      account_id: id,
      provider_id: 'credential',
      password: passwordHash,
      created_at: at,
      updated_at: at,
    })
    .execute();
  return id;
}

export interface Account {
  id: string;
  name: string;
  email: string;
  role: Role;
  createdAt: Date;
}

/** Everyone, by name: a workspace has few accounts. */
export async function listAccounts(db: Db): Promise<Account[]> {
  return db
    .selectFrom('user')
    .select(['id', 'name', 'email', 'role', 'created_at as createdAt'])
    .orderBy('name')
    .orderBy('id')
    .execute();
}

/** `last-admin`: nobody would be left to undo it. */
export async function changeRole(db: Db, id: string, role: Role): Promise<'done' | 'unknown' | 'last-admin'> {
  return db.transaction().execute(async (trx) => {
    await sql`lock table "user" in share row exclusive mode`.execute(trx);
    const admins = await trx.selectFrom('user').select('id').where('role', '=', 'admin').execute();
    if (role !== 'admin' && admins.length === 1 && admins[0]?.id === id) return 'last-admin';
    const changed = await trx
      .updateTable('user')
      .set({ role, updated_at: sql`now()` })
      .where('id', '=', id)
      .executeTakeFirst();
    return changed.numUpdatedRows > 0n ? 'done' : 'unknown';
  });
}

export async function accountExists(db: Db, id: string): Promise<boolean> {
  const found = await db.selectFrom('user').select('id').where('id', '=', id).executeTakeFirst();
  return found !== undefined;
}

export async function readWorkspace(db: Db | Trx): Promise<{ name: string; timeZone: string }> {
  return db.selectFrom('workspace').select(['name', 'time_zone as timeZone']).executeTakeFirstOrThrow();
}

export async function changeWorkspace(
  db: Db,
  change: { name?: string; timeZone?: string },
  now: number,
): Promise<void> {
  if (change.name === undefined && change.timeZone === undefined) return;
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable('workspace')
      .set({
        ...(change.name === undefined ? {} : { name: change.name }),
        ...(change.timeZone === undefined ? {} : { time_zone: change.timeZone }),
      })
      .execute();
    if (change.timeZone === undefined) return;
    await refillReading(trx, 'clock', now);
    await lookAfterZones(trx, [change.timeZone], now);
  });
}

export interface ApiKeyRow {
  id: string;
  name: string;
  role: Role;
  start: string;
  createdAt: Date;
  lastUsedAt: Date | null;
}

export async function insertApiKey(
  db: Db,
  key: { name: string; role: Role; hash: string; start: string; createdBy: string | null; now: number },
): Promise<string> {
  const id = newId(key.now);
  await db
    .insertInto('api_key')
    .values({
      id,
      name: key.name,
      role: key.role,
      hash: key.hash,
      start: key.start,
      created_by: key.createdBy,
      created_at: new Date(key.now),
    })
    .execute();
  return id;
}

export async function listApiKeys(db: Db): Promise<ApiKeyRow[]> {
  return db
    .selectFrom('api_key')
    .select(['id', 'name', 'role', 'start', 'created_at as createdAt', 'last_used_at as lastUsedAt'])
    .orderBy('created_at', 'desc')
    .execute();
}

export async function deleteApiKey(db: Db, id: string): Promise<boolean> {
  const deleted = await db.deleteFrom('api_key').where('id', '=', id).executeTakeFirst();
  return deleted.numDeletedRows > 0n;
}

/** Whose key this is. Its last use is written at most once a minute. */
export async function findApiKey(
  db: Db,
  hash: string,
  now: number,
): Promise<{ id: string; name: string; role: Role } | null> {
  const found = await db
    .selectFrom('api_key')
    .select(['id', 'name', 'role', 'last_used_at'])
    .where('hash', '=', hash)
    .executeTakeFirst();
  if (!found) return null;
  if (!found.last_used_at || now - found.last_used_at.getTime() > 60_000) {
    await db
      .updateTable('api_key')
      .set({ last_used_at: new Date(now) })
      .where('id', '=', found.id)
      .execute();
  }
  return { id: found.id, name: found.name, role: found.role };
}
