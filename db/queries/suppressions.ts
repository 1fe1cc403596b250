/** Addresses that get no mail. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import { addressKey } from './messages.ts';
import type { Page } from './page.ts';

export interface SuppressionRow {
  address: string;
  reason: 'unsubscribed' | 'bounced' | 'complained' | 'manual';
  detail: string | null;
  at: Date;
}

/** Newest first. */
export async function listSuppressions(
  db: Db,
  { limit, after }: Page<{ at: Date; key: string }>,
): Promise<SuppressionRow[]> {
  const found = await sql<SuppressionRow>`
    select address_key as address, reason, detail, at from suppression
    ${after ? sql`where (at, address_key) < (${after.at}, ${after.key})` : sql``}
    order by at desc, address_key desc limit ${limit}`.execute(db);
  return found.rows;
}

export async function suppressByHand(
  db: Db,
  address: string,
  detail: string | null,
  now: number,
): Promise<void> {
  await db
    .insertInto('suppression')
    .values({
      address_key: addressKey(address),
      reason: 'manual',
      detail,
      message_id: null,
      at: new Date(now),
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

export async function releaseAddress(db: Db, address: string): Promise<boolean> {
  const deleted = await db
    .deleteFrom('suppression')
    .where('address_key', '=', addressKey(address))
    .executeTakeFirst();
  return deleted.numDeletedRows > 0n;
}
