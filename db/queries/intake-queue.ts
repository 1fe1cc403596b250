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

/** Holds the rows of the queue until the transaction ends. `id`: that one, if it is free and its time has come. */
export async function claimInbounds(
  trx: Trx,
  { limit, id = null }: { limit: number; id?: string | null },
): Promise<InboundRow[]> {
  const claimed = await sql<InboundRow>`
    select i.id, i.kind, i.source_id as "sourceId", i.received_at as "receivedAt", i.body, coalesce(s.mapping, '{}') as mapping
    from inbound_queue q join inbound i on i.id = q.inbound_id left join source s on s.id = i.source_id
    where q.next_at <= now() ${id === null ? sql`` : sql`and q.inbound_id = ${id}`}
    order by q.next_at, q.inbound_id limit ${limit} for update of q skip locked`.execute(trx);
  return claimed.rows;
}

export interface Settled {
  status: 'done' | 'ignored' | 'dead';
  outcome: string;
  candidateId?: string | null;
}

/** What came of requests, as the source's page says it; they leave the queue. */
export async function settleInbounds(
  trx: Trx,
  settled: readonly ({ id: string } & Settled)[],
): Promise<void> {
  const rows = settled.map(({ id, status, outcome, candidateId = null }) => ({
    id,
    status,
    outcome,
    candidate_id: candidateId,
  }));
  await sql`
    with given as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (id uuid, status text, outcome text, candidate_id uuid)
    ), gone as (delete from inbound_queue using given where inbound_id = given.id)
    update inbound set status = given.status, outcome = given.outcome, candidate_id = given.candidate_id
    from given where inbound.id = given.id`.execute(trx);
}

export const settleInbound = (trx: Trx, id: string, settled: Settled): Promise<void> =>
  settleInbounds(trx, [{ id, ...settled }]);

/** Tries again later; after the last try it is settled as `last` says. What is dead, the set-up page shows. */
export async function postponeInbound(
  trx: Trx,
  id: string,
  last: Pick<Settled, 'status' | 'outcome'>,
  mostAttempts: number,
): Promise<void> {
  // Each row once: a statement that updates and deletes one row does only one of the two.
  await sql`
    with given_up as (
      delete from inbound_queue where inbound_id = ${id} and attempts + 1 >= ${mostAttempts} returning inbound_id
    ), settled as (
      update inbound set status = ${last.status}, outcome = ${last.outcome} from given_up where id = given_up.inbound_id
    )
    update inbound_queue set attempts = attempts + 1, next_at = now() + make_interval(secs => least(600, power(2, attempts)))
    where inbound_id = ${id} and attempts + 1 < ${mostAttempts}`.execute(trx);
}

/** Tries again later, however often: nothing is wrong with the request. `seconds` null: longer each time. */
export async function delayInbound(trx: Trx, id: string, seconds: number | null): Promise<void> {
  await sql`
    update inbound_queue set delays = delays + 1,
      next_at = now() + make_interval(secs => least(600, coalesce(${seconds}::float8, power(2, least(delays, 10)))))
    where inbound_id = ${id}`.execute(trx);
}

/** Whether something that the same source said before this request has still to be taken in. */
export async function earlierWaits(
  trx: Trx,
  row: Pick<InboundRow, 'id' | 'sourceId' | 'receivedAt'>,
): Promise<boolean> {
  const found = await sql`
    select from inbound_queue q join inbound i on i.id = q.inbound_id
    where i.source_id = ${row.sourceId} and (i.received_at, i.id) < (${row.receivedAt}::timestamptz, ${row.id}::uuid) limit 1`.execute(
    trx,
  );
  return found.rows.length > 0;
}
