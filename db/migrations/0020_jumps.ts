/** What makes a run jump to one of its goals, and which run has asked for another. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- Kinds of event that take an open run to a goal, wherever it stands.
    alter table enrolment add column jump_on text[] not null default '{}';
    -- {enrolmentId, node, visit, waits}: the visit of another run that started this one.
    alter table enrolment add column parent jsonb;
  `)
    .execute(db);
}
