/** Whom a person put into a flow is no surge of it. A column that nothing ever read is gone. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    alter table enrolment add column by_hand boolean not null default false, drop column held;
  `)
    .execute(db);
}
