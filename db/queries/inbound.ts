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

/** Durable once it answers. */
export async function storeInbound(
  db: Db,
  { sourceId, kind, dedupeKey, body, now }: Inbound,
): Promise<Received> {
  const stored = await sql<Received>`
    with stored as (
      insert into inbound (id, source_id, kind, dedupe_key, received_at, body)
      values (${newId(now)}, ${sourceId}, ${kind}, ${dedupeKey}, ${new Date(now)}, ${body}::jsonb)
      on conflict (source_id, dedupe_key) do nothing returning id
    ), queued as (
      insert into inbound_queue (inbound_id) select id from stored
    )
    select id, true as fresh from stored`.execute(db);
  const first = stored.rows[0];
  if (first) return first;
  const repeat = await sql<{ id: string }>`
    select id from inbound where source_id is not distinct from ${sourceId}::uuid and dedupe_key = ${dedupeKey}`.execute(
    db,
  );
  const found = repeat.rows[0];
  if (!found) throw new Error('A stored webhook request has vanished.');
  return { id: found.id, fresh: false };
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
