/** A goal's share is asked of those whose window is over: the index of running windows holds the reached ones, too. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    drop index enrolment_goal_running;
    create index enrolment_goal_running on enrolment (version_id, goal_until) where goal_until is not null;
  `)
    .execute(db);
}
