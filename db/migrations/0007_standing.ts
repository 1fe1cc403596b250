/** Who stands at which node, countable from an index alone: the report of a flow with many thousands waiting. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    alter table enrolment add column first_visit boolean generated always as (not (state->'visits' ? node_id)) stored;
    create index enrolment_standing on enrolment (version_id, node_id, status, first_visit) where status in ('open', 'blocked');
    drop index enrolment_node;
  `)
    .execute(db);
}
