/** Finds the message a provider speaks of, and settles its webhook exactly once. */
import { sql } from 'kysely';
import type { Trx } from './lock.ts';

export const isId = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/** By the provider's id, else by ours, which the message carried as a tag. */
export async function messageByProvider(
  trx: Trx,
  providerId: string | null,
  messageId: string | null,
): Promise<string | null> {
  const own = messageId !== null && isId(messageId) ? messageId : null;
  const found = await sql<{ id: string }>`
    select id from message where direction = 'out' and (provider_id = ${providerId} or id = ${own}::uuid) limit 1`.execute(
    trx,
  );
  return found.rows[0]?.id ?? null;
}

/** The token in an address like `reply+<token>@…`, or in a header that quotes one. */
export const replyTokenIn = (place: string): string | null =>
  /reply\+([A-Za-z0-9_-]{20,})@/.exec(place)?.[1] ?? null;

/** Runs `work` only if the request is still unsettled, and settles it in the same transaction. */
export async function settleOnce(
  trx: Trx,
  inboundId: string,
  work: () => Promise<{ status: 'done' | 'ignored'; outcome: string }>,
): Promise<void> {
  const open =
    await sql`select id from inbound where id = ${inboundId} and status = 'new' for update`.execute(trx);
  if (open.rows.length === 0) return;
  const settled = await work();
  await sql`
    with gone as (delete from inbound_queue where inbound_id = ${inboundId})
    update inbound set status = ${settled.status}, outcome = ${settled.outcome} where id = ${inboundId}`.execute(
    trx,
  );
}

/** Leases a provider's request: its work needs the network, which no transaction waits for. */
export async function leaseInbound(trx: Trx, inboundId: string, seconds: number): Promise<void> {
  await sql`update inbound_queue set next_at = now() + make_interval(secs => ${seconds}) where inbound_id = ${inboundId}`.execute(
    trx,
  );
}
