/** Pieces of text are found by an index, and a consent that was given stands with the candidate, as one withdrawn does. */
import { type Kysely, sql } from 'kysely';

const statements = `
alter table candidate add column consent_given_at timestamptz;
update candidate set consent_given_at = last.at from (
  select distinct on (candidate_id) candidate_id, state, at from consent where purpose = 'contact'
  order by candidate_id, at desc, id desc) as last
where last.candidate_id = candidate.id and last.state = 'given';
create index candidate_consented on candidate (consent_given_at) where consent_given_at is not null;
create index candidate_withdrawn on candidate (consent_withdrawn_at) where consent_withdrawn_at is not null;

-- All folded text of a candidate's keys, a line each. A table of its own: a candidate's row is written anew with
-- everything that happens to her, and every piece of her text would be put into the index again each time.
create table candidate_text (
  candidate_id uuid primary key references candidate (id) on delete cascade,
  text text not null
);
create function text_of_keys(keys jsonb) returns text language sql immutable parallel safe as $$
  select coalesce(string_agg(line, E'\\n'), '') from (
    select value as line from jsonb_each_text(keys - 'custom')
    union all
    select value->>'s' from jsonb_each(coalesce(keys->'custom', '{}'))
    union all
    select jsonb_array_elements_text(value->'ls') from jsonb_each(coalesce(keys->'custom', '{}')) where value ? 'ls'
  ) as lines
$$;
create function note_candidate_text() returns trigger language plpgsql as $$
begin
  insert into public.candidate_text (candidate_id, text) values (new.id, public.text_of_keys(new.keys))
  on conflict (candidate_id) do update set text = excluded.text where candidate_text.text <> excluded.text;
  return null;
end $$;
create trigger candidate_text_inserted after insert on candidate for each row
  when (new.keys is not null) execute function note_candidate_text();
create trigger candidate_text_updated after update of keys on candidate for each row
  when (new.keys is not null and new.keys is distinct from old.keys) execute function note_candidate_text();
insert into candidate_text select id, text_of_keys(keys) from candidate where keys is not null;
create index candidate_text_pieces on candidate_text using gin (text gin_trgm_ops) with (gin_pending_list_limit = 512);
create index candidate_email_pieces on candidate_email using gin (address_key gin_trgm_ops) with (gin_pending_list_limit = 512)
  where is_primary;
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(statements).execute(db);
}
