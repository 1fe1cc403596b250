/** The intake's queue: stored requests, each claimed, settled, or put off. */
import { sql } from 'kysely';
import type { Trx } from './lock.ts';

export interface InboundRow {
  id: string;
  kind: string;
  sourceId: string | null;
  receivedAt: Date;
  body: { headers?: Record<string, string>; payload: unknown };
  mapping: Record<string, string>;
}

/** Holds the queue's row until the transaction ends. */
export async function claimInbound(trx: Trx): Promise<InboundRow | null> {
  const claimed = await sql<InboundRow>`
    select i.id, i.kind, i.source_id as "sourceId", i.received_at as "receivedAt", i.body, coalesce(s.mapping, '{}') as mapping
    from inbound_queue q join inbound i on i.id = q.inbound_id left join source s on s.id = i.source_id
    where q.next_at <= now() order by q.next_at, q.inbound_id limit 1 for update of q skip locked`.execute(
    trx,
  );
  return claimed.rows[0] ?? null;
}

export async function settleInbound(
  trx: Trx,
  id: string,
  settled: { status: 'done' | 'ignored' | 'dead'; outcome: string; candidateId?: string | null },
): Promise<void> {
  await sql`
    with gone as (delete from inbound_queue where inbound_id = ${id})
    update inbound set status = ${settled.status}, outcome = ${settled.outcome}, candidate_id = ${settled.candidateId ?? null} where id = ${id}`.execute(
    trx,
  );
}

/** Tries again later; after the last try it is dead, which the set-up page shows. */
export async function postponeInbound(
  trx: Trx,
  id: string,
  why: string,
  mostAttempts: number,
): Promise<void> {
  await sql`
    with tried as (
      update inbound_queue set attempts = attempts + 1, next_at = now() + make_interval(secs => least(600, power(2, attempts)))
      where inbound_id = ${id} returning attempts
    ), dead as (
      update inbound set status = 'dead', outcome = ${why} from tried where id = ${id} and tried.attempts >= ${mostAttempts} returning id
    )
    delete from inbound_queue using dead where inbound_id = dead.id`.execute(trx);
}
