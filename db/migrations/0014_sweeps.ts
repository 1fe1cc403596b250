/** Triggers that wait for a time: candidates' dates where they can be found, who had which occasion, who was heard when. */
import { type Kysely, sql } from 'kysely';

const statements = `
-- The dates among a candidate's own fields; the database keeps them, whoever writes the fields.
create table candidate_date (
  candidate_id uuid not null references candidate (id) on delete cascade,
  field text not null,
  on_day date not null,
  -- MM-DD: what comes every year.
  month_day text not null,
  primary key (candidate_id, field)
);
create index candidate_date_day on candidate_date (field, on_day, candidate_id);
create index candidate_date_month_day on candidate_date (field, month_day, candidate_id);

create function date_in(given text) returns date language plpgsql immutable as $$
begin
  if given !~ '^\\d{4}-\\d{2}-\\d{2}(T|$)' then return null; end if;
  return left(given, 10)::date;
exception when datetime_field_overflow or invalid_datetime_format then
  return null;
end $$;

create function note_dates() returns trigger language plpgsql as $$
begin
  delete from candidate_date where candidate_id = new.id;
  if jsonb_typeof(new.custom) = 'object' then
    insert into candidate_date (candidate_id, field, on_day, month_day)
    select new.id, key, day, to_char(day, 'MM-DD') from jsonb_each_text(new.custom), date_in(value) as day where day is not null;
  end if;
  return null;
end $$;
create trigger candidate_dates_inserted after insert on candidate for each row
  when (new.custom <> '{}') execute function note_dates();
create trigger candidate_dates_updated after update of custom on candidate for each row
  when (new.custom is distinct from old.custom) execute function note_dates();
insert into candidate_date (candidate_id, field, on_day, month_day)
select candidate.id, key, day, to_char(day, 'MM-DD') from candidate, jsonb_each_text(custom), date_in(value) as day
where jsonb_typeof(custom) = 'object' and day is not null;

-- What a trigger has given to whom, each once: the birthday of a year, a day of a schedule.
create table occasion (
  flow_id uuid not null,
  node_id text not null,
  candidate_id uuid not null references candidate (id) on delete cascade,
  what text not null,
  at timestamptz not null,
  primary key (flow_id, node_id, candidate_id, what)
);
create index occasion_candidate on occasion (candidate_id);

-- When a candidate last did something of her own. Null: nothing yet.
alter table candidate add column heard_at timestamptz;
update candidate set heard_at = last.at from (
  select candidate_id, max(recorded_at) as at from event
  where type in ('application.received', 'application.withdrawn', 'message.replied', 'message.clicked', 'form.submitted',
    'survey.answered', 'interview.booked', 'interview.cancelled', 'interview.done', 'consent.given')
  group by candidate_id
) as last where last.candidate_id = candidate.id;
create index candidate_heard on candidate ((coalesce(heard_at, created_at)), id) where merged_into is null;

create index candidate_country on candidate (country, id) where merged_into is null and country is not null;
create index due_sweep on due ((payload->>'flowId')) where kind = 'sweep';
`;

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(statements).execute(db);
}
