/** Indexes that the figures of a flow are read from: who reached the goal, and whose window is still running. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    create index enrolment_goal_reached on enrolment (version_id, status) where goal_at is not null;
    create index enrolment_goal_running on enrolment (version_id, goal_until) where goal_until is not null and goal_at is null;
    create index message_flow on message (flow_id, created_at desc, id desc) where flow_id is not null;
  `)
    .execute(db);
}
