/** How long flows stood still: deadlines may be counted without it. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- [{from, to}] in milliseconds since 1970: the pauses that are over, in order.
    alter table flow add column pauses jsonb not null default '[]';
  `)
    .execute(db);
}
