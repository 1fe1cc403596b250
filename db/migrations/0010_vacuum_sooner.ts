/** Lists and reports that are read from an index alone must find the table vacuumed: sooner than after a fiftieth changed. */
import { type Kysely, sql } from 'kysely';

/** One change marks a whole page of some 27 candidates as not seen through: of 2 % changes, 4 rows in 10 are looked up. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    alter table candidate set (autovacuum_vacuum_scale_factor = 0.005, autovacuum_vacuum_insert_scale_factor = 0.005);
    alter table enrolment set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);
  `)
    .execute(db);
}
