/** What the pumps put aside, so that a person can see it and let it be tried again. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';

export interface PutAside {
  /**
   * An event nobody could route, a request nobody could take in, a planned event that could not be written, or word to
   * colleagues that did not arrive.
   */
  kind: 'event' | 'request' | 'due' | 'notice';
  id: string;
  /** The event's type, the request's kind, the way of telling. */
  what: string;
  reason: string;
  at: Date;
  candidate: { id: string; fullName: string } | null;
  /** Null: the mail provider's own webhooks. */
  source: { id: string; name: string } | null;
}

const most = 100;

export async function listPutAside(db: Db): Promise<PutAside[]> {
  const found = await sql<PutAside>`
    select * from (
      (select 'event' as kind, ev.id, ev.type as what, q.dead_reason as reason, ev.recorded_at as at,
        jsonb_build_object('id', c.id, 'fullName', c.full_name) as candidate, null::jsonb as source
      from event_queue q join event ev on ev.id = q.event_id join candidate c on c.id = ev.candidate_id
      where q.dead_reason is not null order by ev.recorded_at desc limit ${most})
      union all
      (select 'request', i.id, i.kind, coalesce(i.outcome, ''), i.received_at, null::jsonb,
        case when s.id is null then null else jsonb_build_object('id', s.id, 'name', s.name) end
      from inbound i left join source s on s.id = i.source_id
      where i.status = 'dead' order by i.received_at desc limit ${most})
      union all
      (select 'due', d.id, d.payload->>'type', d.dead_reason, d.at, jsonb_build_object('id', c.id, 'fullName', c.full_name), null::jsonb
      from due d join candidate c on c.id = d.candidate_id where d.dead_reason is not null order by d.at desc limit ${most})
      union all
      (select 'notice', n.id, n.via, coalesce(n.reason, ''), n.settled_at, jsonb_build_object('id', c.id, 'fullName', c.full_name), null::jsonb
      from outgoing_notice n join candidate c on c.id = n.candidate_id where n.status in ('failed', 'unknown') order by n.settled_at desc limit ${most})
    ) as aside order by at desc limit ${most}`.execute(db);
  return found.rows;
}

/** Puts it back into its queue, as if it were new. False: it is not there any more. */
export async function tryAgain(db: Db, kind: PutAside['kind'], id: string): Promise<boolean> {
  const back = {
    event: () =>
      sql`update event_queue set dead_reason = null, attempts = 0, next_at = now() where event_id = ${id} and dead_reason is not null`,
    request: () => sql`
      with back as (update inbound set status = 'new', outcome = null where id = ${id} and status = 'dead' returning id)
      insert into inbound_queue (inbound_id) select id from back on conflict do nothing`,
    due: () =>
      sql`update due set dead_reason = null, attempts = 0, next_at = now() where id = ${id} and dead_reason is not null`,
    notice: () => sql`
      with back as (update outgoing_notice set status = 'queued', reason = null, attempts = 0, batch_id = null, settled_at = null
        where id = ${id} and status in ('failed', 'unknown') returning id, via, created_at)
      insert into outgoing_notice_queue (notice_id, via, at) select id, via, created_at from back on conflict do nothing`,
  }[kind]();
  const done = await back.execute(db);
  return Number(done.numAffectedRows ?? 0) > 0;
}

/** Why a mail provider takes nothing at present, and until when; null: it does. */
export async function stoppedProvider(db: Db): Promise<{ reason: string; until: Date } | null> {
  const found = await sql<{ reason: string; until: Date }>`
    select stopped_reason as reason, stopped_until as until from provider_rate
    where stopped_until > now() and stopped_reason is not null order by stopped_until desc limit 1`.execute(
    db,
  );
  return found.rows[0] ?? null;
}
