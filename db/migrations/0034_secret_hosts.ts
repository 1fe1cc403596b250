/** The hosts that a secret may be sent to. Those that there are keep going wherever flows say, until an admin narrows them. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- Null: any. Empty: none; it only signs, or is itself an address.
    alter table secret add column hosts text[];
    alter table secret alter column hosts set default '{}';
  `)
    .execute(db);
}
