/** Tasks and approvals, notices to colleagues, whose turn it is, and notes that flows write. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    create table task (
      id uuid primary key,
      kind text not null default 'task' check (kind in ('task', 'approval')),
      title text not null,
      body text not null default '',
      -- Null: whoever takes it.
      assignee_id text references "user" (id) on delete set null,
      candidate_id uuid references candidate (id) on delete cascade,
      application_id uuid references application (id) on delete set null,
      status text not null default 'open' check (status in ('open', 'done', 'cancelled')),
      -- What was decided: only of an approval, and only once it is done.
      outcome text check (outcome in ('approved', 'declined')),
      due_at timestamptz,
      by_kind text not null check (by_kind in ('person', 'flow')),
      by_id text,
      -- The visit that made it, where a flow did.
      enrolment_id uuid references enrolment (id) on delete cascade,
      node_id text,
      visit int,
      settled_at timestamptz,
      settled_by text,
      created_at timestamptz not null
    );
    -- Whatever is due at no time comes last.
    create index task_open on task (coalesce(due_at, timestamptz '2200-01-01 00:00:00+00'), id) where status = 'open';
    create index task_mine on task (assignee_id, coalesce(due_at, timestamptz '2200-01-01 00:00:00+00'), id) where status = 'open';
    create index task_candidate on task (candidate_id);
    create index task_asked on task (enrolment_id) where status = 'open' and kind = 'approval';
    create index task_enrolment on task (enrolment_id);

    create table notice (
      id uuid primary key,
      person_id text not null references "user" (id) on delete cascade,
      text text not null,
      candidate_id uuid references candidate (id) on delete cascade,
      enrolment_id uuid references enrolment (id) on delete set null,
      flow_id uuid references flow (id) on delete set null,
      created_at timestamptz not null,
      read_at timestamptz
    );
    create index notice_person on notice (person_id, created_at desc, id desc);
    create index notice_unread on notice (person_id) where read_at is null;
    create index notice_candidate on notice (candidate_id);

    -- How often a step has come to one of several. Its row lock makes two workers ask one after the other.
    create table rota (
      flow_id uuid not null references flow (id) on delete cascade,
      node_id text not null,
      taken bigint not null default 0,
      primary key (flow_id, node_id)
    );

    alter table note add column author_kind text not null default 'person' check (author_kind in ('person', 'flow'));
  `)
    .execute(db);
}
