/** Remembered answers to writes that carried an `Idempotency-Key`, kept for a day. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';

const keptMs = 24 * 3600 * 1000;
/** A request that has not answered after this long died with its process. */
const abandonedMs = 60_000;

export interface Claim {
  actor: string;
  key: string;
  route: string;
  hash: string;
  /** Milliseconds. */
  now: number;
}

export interface Remembered {
  hash: string;
  /** Null while the first request is still running. */
  status: number | null;
  response: { sealed: string; type: string } | null;
}

/** Null: the key is ours now. Otherwise what the first request left. */
export async function claimKey(db: Db, { actor, key, route, hash, now }: Claim): Promise<Remembered | null> {
  await sql`delete from idempotency where ctid in (select ctid from idempotency where at < ${new Date(now - keptMs)} limit 100)`.execute(
    db,
  );
  const claimed = await sql`
    insert into idempotency (actor, key, route, request_hash, at) values (${actor}, ${key}, ${route}, ${hash}, ${new Date(now)})
    on conflict (actor, key) do update set at = excluded.at, route = excluded.route
      where idempotency.status is null and idempotency.request_hash = excluded.request_hash and idempotency.at < ${new Date(now - abandonedMs)}
    returning key`.execute(db);
  if (claimed.rows.length > 0) return null;
  const found = await sql<Remembered>`
    select request_hash as hash, status, response from idempotency where actor = ${actor} and key = ${key}`.execute(
    db,
  );
  return found.rows[0] ?? { hash, status: null, response: null };
}

export async function settleKey(
  db: Db,
  { actor, key }: Claim,
  answer: { status: number; response: { sealed: string; type: string } },
): Promise<void> {
  await db
    .updateTable('idempotency')
    .set({ status: answer.status, response: JSON.stringify(answer.response) })
    .where('actor', '=', actor)
    .where('key', '=', key)
    .execute();
}

export async function releaseKey(db: Db, { actor, key }: Claim): Promise<void> {
  await db
    .deleteFrom('idempotency')
    .where('actor', '=', actor)
    .where('key', '=', key)
    .where('status', 'is', null)
    .execute();
}
