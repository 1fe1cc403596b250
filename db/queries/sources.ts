/** Webhook sources and their last requests. */
import { sql } from 'kysely';
import type { Mapping } from '../../engine/sources/mapping.ts';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';

export type SourceKind = 'greenhouse' | 'generic';

export interface SourceRow {
  id: string;
  key: string;
  kind: SourceKind;
  name: string;
  /** Where fields stand that stand elsewhere than usual. */
  mapping: Mapping;
  createdAt: Date;
  lastReceivedAt: Date | null;
  received: number;
}

export async function insertSource(
  db: Db,
  source: {
    key: string;
    kind: SourceKind;
    name: string;
    mapping?: Mapping;
    secretSealed: string;
    now: number;
  },
): Promise<string> {
  const id = newId(source.now);
  await db
    .insertInto('source')
    .values({
      id,
      key: source.key,
      kind: source.kind,
      name: source.name,
      mapping: JSON.stringify(source.mapping ?? {}),
      secret_sealed: source.secretSealed,
      created_at: new Date(source.now),
    })
    .execute();
  return id;
}

const columns = sql`
  s.id, s.key, s.kind, s.name, s.mapping, s.created_at as "createdAt",
  (select received_at from inbound where source_id = s.id order by received_at desc, id desc limit 1) as "lastReceivedAt",
  (select count(*)::int from (select from inbound where source_id = s.id order by received_at desc, id desc limit 10000) as counted) as received`;

/** Newest first. */
export async function listSources(
  db: Db,
  { limit, after }: { limit: number; after: { at: Date; id: string } | null },
): Promise<SourceRow[]> {
  const found = await sql<SourceRow>`
    select ${columns} from source s
    where s.disabled_at is null ${after ? sql`and (s.created_at, s.id) < (${after.at}, ${after.id})` : sql``}
    order by s.created_at desc, s.id desc limit ${limit}`.execute(db);
  return found.rows;
}

export async function readSource(db: Db, id: string): Promise<SourceRow | null> {
  const found =
    await sql<SourceRow>`select ${columns} from source s where s.id = ${id} and s.disabled_at is null`.execute(
      db,
    );
  return found.rows[0] ?? null;
}

export interface SourceRequest {
  id: string;
  at: Date;
  status: 'new' | 'done' | 'ignored' | 'dead' | 'refused';
  reason: string | null;
  action: string | null;
  candidate: { id: string; fullName: string } | null;
}

/** The newest, accepted and refused together. */
export async function lastRequests(db: Db, sourceId: string, limit = 50): Promise<SourceRequest[]> {
  const found = await sql<SourceRequest>`
    (select i.id, i.received_at as at, i.status, i.outcome as reason,
      left(coalesce(i.body->'payload'->>'action', i.body->'payload'->>'event', i.body->'payload'->>'type'), 100) as action,
      case when c.id is null then null else jsonb_build_object('id', c.id, 'fullName', c.full_name) end as candidate
      from inbound i left join candidate c on c.id = i.candidate_id
      where i.source_id = ${sourceId} order by i.received_at desc, i.id desc limit ${limit})
    union all
    (select id, at, 'refused', reason, null, null from inbound_refused where source_id = ${sourceId} order by at desc limit ${limit})
    order by at desc limit ${limit}`.execute(db);
  return found.rows;
}

export interface SourceSecret {
  id: string;
  kind: SourceKind;
  secretSealed: string;
}

export async function sourceByKey(db: Db, key: string): Promise<SourceSecret | null> {
  const found = await db
    .selectFrom('source')
    .select(['id', 'kind', 'secret_sealed as secretSealed'])
    .where('key', '=', key)
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
  return found ?? null;
}

/** False: there is no such source. */
export async function replaceSecret(db: Db, id: string, secretSealed: string): Promise<boolean> {
  const changed = await db
    .updateTable('source')
    .set({ secret_sealed: secretSealed })
    .where('id', '=', id)
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
  return changed.numUpdatedRows > 0n;
}

/** What is taken in from now on is read by the new mapping. False: there is no such source. */
export async function changeSource(
  db: Db,
  id: string,
  change: { name?: string; mapping?: Mapping },
): Promise<boolean> {
  const changed = await sql`
    update source set name = coalesce(${change.name ?? null}, name),
      mapping = coalesce(${change.mapping ? JSON.stringify(change.mapping) : null}::jsonb, mapping)
    where id = ${id} and disabled_at is null`.execute(db);
  return (changed.numAffectedRows ?? 0n) > 0n;
}

/** What it has sent stays. */
export async function disableSource(db: Db, id: string, now: number): Promise<boolean> {
  const changed = await db
    .updateTable('source')
    .set({ disabled_at: new Date(now) })
    .where('id', '=', id)
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
  return changed.numUpdatedRows > 0n;
}
