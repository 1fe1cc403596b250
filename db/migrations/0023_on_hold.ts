/** Flows whose messages are written but wait for a person to let them go. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    alter table flow add column on_hold boolean not null default false;
    create index message_held on message (flow_id, id) where status = 'held';
  `)
    .execute(db);
}
