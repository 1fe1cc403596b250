/** Webhook requests as they come in: stored and queued in one statement, refused ones noted. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';

export interface Inbound {
  /** Null: the email provider. */
  sourceId: string | null;
  kind: string;
  dedupeKey: string;
  /** JSON text: `{headers, payload}`. */
  body: string;
  /** Milliseconds. */
  now: number;
}

export interface Received {
  id: string;
  /** False: the same request was stored before. */
  fresh: boolean;
}

/** Stores and queues them in one statement; durable once it answers, in the order given. */
export async function storeInbounds(db: Db, inbounds: readonly Inbound[]): Promise<Received[]> {
  // In one order of keys, so that two processes with the same repeats never wait for each other in a circle.
  const rows = inbounds
    .map((inbound, ord) => ({
      ...inbound,
      ord,
      id: newId(inbound.now),
      at: new Date(inbound.now).toISOString(),
    }))
    .sort((a, b) => (a.dedupeKey < b.dedupeKey ? -1 : a.dedupeKey > b.dedupeKey ? 1 : a.ord - b.ord));
  const stored = await sql<{ id: string }>`
    with stored as (
      insert into inbound (id, source_id, kind, dedupe_key, received_at, body)
      select * from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.sourceId)}::uuid[], ${rows.map((row) => row.kind)}::text[],
        ${rows.map((row) => row.dedupeKey)}::text[], ${rows.map((row) => row.at)}::timestamptz[], ${rows.map((row) => row.body)}::jsonb[])
      on conflict (source_id, dedupe_key) do nothing returning id
    ), queued as (
      insert into inbound_queue (inbound_id) select id from stored
    )
    select id from stored`.execute(db);
  const fresh = new Set(stored.rows.map((row) => row.id));
  const received: Received[] = [];
  for (const row of rows) {
    received[row.ord] = fresh.has(row.id)
      ? { id: row.id, fresh: true }
      : { id: await firstOf(db, row), fresh: false };
  }
  return received;
}

async function firstOf(db: Db, { sourceId, dedupeKey }: Inbound): Promise<string> {
  const found = await sql<{ id: string }>`
    select id from inbound where source_id is not distinct from ${sourceId}::uuid and dedupe_key = ${dedupeKey}`.execute(
    db,
  );
  if (!found.rows[0]) throw new Error('A stored webhook request has vanished.');
  return found.rows[0].id;
}

const keptRefusals = 50;

/** Notes a refused request without its body; only the newest are kept. */
export async function noteRefused(
  db: Db,
  refused: { sourceId: string; status: number; reason: string; now: number },
): Promise<void> {
  await sql`
    with old as (
      delete from inbound_refused where id in (
        select id from inbound_refused where source_id = ${refused.sourceId} order by at desc, id desc offset ${keptRefusals - 1})
    )
    insert into inbound_refused (id, source_id, at, status, reason)
    values (${newId(refused.now)}, ${refused.sourceId}, ${new Date(refused.now)}, ${refused.status}, ${refused.reason})`.execute(
    db,
  );
}
