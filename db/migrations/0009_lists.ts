/** An index for each way a list is asked, and searching in a list's order from an index alone. */
import { type Kysely, sql } from 'kysely';

/**
 * Both keys together must fit into an index row (2,704 bytes), so that no candidate, however long her headline, is
 * ever refused for being indexed. Of a longer one so many characters are kept as fit at four bytes each.
 */
const most = { search_key: 2000, name_key: 500 };
type Key = keyof typeof most;
const keys = Object.keys(most) as Key[];
const tooLong = (key: Key, row = '') => `octet_length(${row}${key}) > ${most[key]}`;
const kept = (key: Key, row = '') => `left(${row}${key}, ${most[key] / 4})`;

/** A rewrite, not an update: an index made in the same transaction would still be given the rows as they were. */
const shortened = `
alter table candidate
  ${keys.map((key) => `alter column ${key} type text using case when ${tooLong(key)} then ${kept(key)} else ${key} end`).join(', ')};
`;

const bounded = `
create function bound_candidate_keys() returns trigger language plpgsql as $$
begin
  ${keys.map((key) => `if ${tooLong(key, 'new.')} then new.${key} := ${kept(key, 'new.')}; end if;`).join('\n  ')}
  return new;
end $$;
create trigger candidate_keys before insert or update of ${keys.join(', ')} on candidate for each row
  when (${keys.map((key) => tooLong(key, 'new.')).join(' or ')}) execute function bound_candidate_keys();
`;

const outdated = `
drop index candidate_recent;
drop index candidate_name;
drop index candidate_created;
drop index candidate_search;
drop index candidate_tags;
`;

const indexes = `
-- Two common words that few hold together: tens of thousands are looked at before a page is full.
create index candidate_recent on candidate (last_activity_at desc, id desc) include (search_key) where merged_into is null;
create index candidate_name on candidate (name_key, id) include (search_key) where merged_into is null;
create index candidate_created on candidate (created_at desc, id desc) include (search_key) where merged_into is null;
-- A word and a tag in one index: what both hold is found within it. A short pending list, which every search reads whole.
create index candidate_search on candidate using gin (search_key gin_trgm_ops, tags) with (gin_pending_list_limit = 512);
-- How common a word is, within a factor of two for one that a hundredth of all hold.
alter table candidate alter column search_key set statistics 500;
-- What is read from an index alone must look into the table wherever rows changed since the last vacuum.
alter table candidate set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);
alter table enrolment set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05);

create index application_at_stage on application (stage_id, candidate_id) where status = 'active';
create index application_stage_list on application (stage_id, applied_at desc, id desc);
create index application_pipeline_list on application (pipeline_id, status, applied_at desc, id desc);
create index application_status_list on application (status, applied_at desc, id desc);
create index job_title on job (title_key, id);
create index enrolment_status_list on enrolment (flow_id, status, started_at desc, id desc);
create index enrolment_version_list on enrolment (version_id, started_at desc, id desc);
create index enrolment_goal_list on enrolment (flow_id, started_at desc, id desc) where goal_at is not null;
create index suppression_list on suppression (at desc, address_key desc);

-- What was put aside is rare, and asked for by every page.
create index event_queue_dead on event_queue (event_id) where dead_reason is not null;
create index inbound_dead on inbound (received_at desc) where status = 'dead';
create index due_dead on due (at desc) where dead_reason is not null;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(outdated).execute(db);
  const found =
    await sql`select from candidate where ${sql.raw(keys.map((key) => tooLong(key)).join(' or '))} limit 1`.execute(
      db,
    );
  if (found.rows.length > 0) await sql.raw(shortened).execute(db);
  await sql.raw(bounded).execute(db);
  await sql.raw(indexes).execute(db);
}
