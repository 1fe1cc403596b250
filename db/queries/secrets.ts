/** Keys that steps use, by name; what they are stays sealed. */
import { sql } from 'kysely';
import { fold } from '../../engine/conditions/fold.ts';
import type { Hosts } from '../../engine/webhooks/hosts.ts';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import type { Trx } from './lock.ts';

export interface SecretRow {
  id: string;
  name: string;
  /** Where it may be sent. */
  hosts: Hosts;
  createdAt: Date;
}

const storedHosts = sql<Hosts>`coalesce(to_jsonb(hosts), '"any"')`;
const toStore = (hosts: Hosts): string[] | null => (hosts === 'any' ? null : hosts);

export async function listSecrets(db: Db): Promise<SecretRow[]> {
  return db
    .selectFrom('secret')
    .select(['id', 'name', storedHosts.as('hosts'), 'created_at as createdAt'])
    .where('removed_at', 'is', null)
    .orderBy('name_key')
    .execute();
}

/** Without `hosts` it may be sent nowhere. Null: the name is taken. */
export async function insertSecret(
  db: Db,
  {
    name,
    sealed,
    hosts = [],
    by,
    now,
  }: { name: string; sealed: string; hosts?: Hosts; by: string | null; now: number },
): Promise<string | null> {
  const written = await sql<{ id: string }>`
    insert into secret (id, name, name_key, sealed, hosts, created_by, created_at)
    values (${newId(now)}, ${name}, ${fold(name)}, ${sealed}, ${toStore(hosts)}::text[], ${by}, ${new Date(now)})
    on conflict (name_key) where removed_at is null do nothing returning id`.execute(db);
  return written.rows[0]?.id ?? null;
}

/** The same name, another key: steps that use it use the new one from now on. False: there is no such secret. */
export async function replaceSealed(db: Db, id: string, sealed: string): Promise<boolean> {
  const changed = await db
    .updateTable('secret')
    .set({ sealed })
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  return changed.numUpdatedRows > 0n;
}

/** Holds for calls that are waiting, too. False: there is no such secret. */
export async function changeHosts(db: Db, id: string, hosts: Hosts): Promise<boolean> {
  const changed = await db
    .updateTable('secret')
    .set({ hosts: toStore(hosts) })
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  return changed.numUpdatedRows > 0n;
}

/** False: there is no such secret. What it was is forgotten. */
export async function removeSecret(db: Db, id: string, now: number): Promise<boolean> {
  const changed = await db
    .updateTable('secret')
    .set({ sealed: '', removed_at: new Date(now) })
    .where('id', '=', id)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  return changed.numUpdatedRows > 0n;
}

/** In the order of `ids`; null: gone. */
export async function liveSecrets(
  trx: Trx,
  ids: readonly (string | null)[],
): Promise<({ id: string; name: string } | null)[]> {
  const wanted = ids.filter((id) => id !== null);
  if (wanted.length === 0) return ids.map(() => null);
  const found = await sql<{ id: string; name: string }>`
    select id::text as id, name from secret where id::text = any(${wanted}::text[]) and removed_at is null`.execute(
    trx,
  );
  const byId = new Map(found.rows.map((row) => [row.id, row]));
  return ids.map((id) => (id === null ? null : (byId.get(id) ?? null)));
}
