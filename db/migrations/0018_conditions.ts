/** What conditions compare in SQL: a candidate's folded keys, the tags in use, and indexes for both and for her past. */
import { type Kysely, sql } from 'kysely';

const read = [
  ...['first_name', 'last_name', 'full_name', 'headline', 'company', 'location', 'country', 'time_zone'],
  ...['source', 'custom'],
];
const row = (of: string) => `row(${read.map((column) => `${of}.${column}`).join(', ')})`;

const statements = `
-- Folded by engine/conditions/keys.ts. Null: what they were made of has changed, and they are made anew before they are read.
alter table candidate add column keys jsonb;
create function forget_candidate_keys() returns trigger language plpgsql as $$
begin
  new.keys := null;
  return new;
end $$;
create trigger candidate_keys_outdated before update of ${read.join(', ')} on candidate for each row
  when (old.keys is not null and new.keys is not distinct from old.keys and ${row('old')} is distinct from ${row('new')})
  execute function forget_candidate_keys();
create function forget_keys_of_phone() returns trigger language plpgsql as $$
begin
  update public.candidate set keys = null
  where keys is not null and id in (case when tg_op <> 'INSERT' then old.candidate_id end, case when tg_op <> 'DELETE' then new.candidate_id end);
  return null;
end $$;
create trigger candidate_phone_keys after insert or update or delete on candidate_phone for each row
  execute function forget_keys_of_phone();
create index candidate_keys on candidate using gin (keys jsonb_path_ops) with (gin_pending_list_limit = 512);
create index candidate_keyless on candidate (id) where keys is null;
create index candidate_zone on candidate (time_zone) where time_zone is not null;

-- Every tag that anyone ever wore, as it was written.
create table tag (
  name text collate "C" primary key
);
insert into tag select distinct unnest(tags) from candidate;
create function note_tags() returns trigger language plpgsql as $$
begin
  insert into public.tag select unnest(new.tags) on conflict do nothing;
  return null;
end $$;
create trigger candidate_tags_inserted after insert on candidate for each row
  when (new.tags <> '{}') execute function note_tags();
create trigger candidate_tags_updated after update of tags on candidate for each row
  when (new.tags is distinct from old.tags) execute function note_tags();

create index candidate_email_address on candidate_email (address_key) where is_primary;
create index application_from on application ((coalesce(source_kind, source)));
create index event_kind on event (type, at, candidate_id);
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(statements).execute(db);
}
