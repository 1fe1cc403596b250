/** What the router and a run have to know of an event beside the event itself. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- Whether the router was told of it. Those of before were, or it no longer matters.
    alter table event add column queued boolean not null default true;
    -- A merge brought it from another record: it may be older than what its seq says.
    alter table event add column moved boolean not null default false;
  `)
    .execute(db);
}
