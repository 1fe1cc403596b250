/** Who reached the goal and whose window is over, countable from the index alone. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    drop index enrolment_goal_reached;
    create index enrolment_goal_reached on enrolment (version_id, status, goal_until) where goal_at is not null;
  `)
    .execute(db);
}
