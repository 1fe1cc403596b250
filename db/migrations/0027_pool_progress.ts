/** How far the filling of a pool has come: how many were looked at, and about how many there are to look at. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    alter table pool_fill
      add column looked int not null default 0,
      -- Null: nobody has counted yet.
      add column expected int;
  `)
    .execute(db);
}
