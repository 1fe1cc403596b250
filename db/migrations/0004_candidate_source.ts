/** An index for the candidates of one source, newest first. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(
      'create index candidate_source on candidate (source, last_activity_at desc, id desc) where merged_into is null',
    )
    .execute(db);
}
