/** What an answer brought for a candidate whose run stood elsewhere by then, until its move is taken back or it is over. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    alter table webhook_call add column kept jsonb;
  `)
    .execute(db);
}
