/** A blocked run has a clock, too, where time alone may make it leave: those that are blocked already get theirs. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    drop index enrolment_wake;
    create index enrolment_wake on enrolment (wake_at) where status in ('open', 'blocked') and wake_at is not null;
    insert into mark (id, enrolment_id, kind, lane)
      select gen_random_uuid(), id, 'wake', 'bulk' from enrolment where status = 'blocked' and '*' = any(exit_on);
  `)
    .execute(db);
}
