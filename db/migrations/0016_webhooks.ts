/** Calls to other systems, their queue, and the secrets that they are signed with. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- Keys that steps use. Sealed with SECRET_KEY (db/secrets.ts).
    create table secret (
      id uuid primary key,
      name text not null,
      name_key text not null,
      sealed text not null,
      created_by text,
      created_at timestamptz not null,
      removed_at timestamptz
    );
    create unique index secret_name on secret (name_key) where removed_at is null;

    -- Written by a step in the transaction in which it happens; its id is the call's key however often it is repeated.
    create table webhook_call (
      id uuid primary key,
      enrolment_id uuid not null references enrolment (id) on delete cascade,
      node_id text not null,
      visit int not null,
      method text not null,
      -- Filled in; emptied once the call is settled.
      url text not null,
      headers jsonb not null,
      body text,
      secret_id uuid,
      secret_use text check (secret_use in ('signature', 'bearer')),
      seconds int not null,
      save jsonb not null default '[]',
      status text not null default 'queued' check (status in ('queued', 'calling', 'success', 'failure', 'cancelled', 'given-up')),
      attempts int not null default 0,
      -- The last answer's, or why there was none.
      http_status int,
      reason text,
      created_at timestamptz not null,
      settled_at timestamptz,
      unique (enrolment_id, node_id, visit)
    ) with (fillfactor = 85);

    create table webhook_queue (
      call_id uuid primary key references webhook_call (id) on delete cascade,
      -- By the injected clock: when it may be tried (again).
      at timestamptz not null,
      -- The lease of whoever has it.
      next_at timestamptz not null default now()
    );
    create index webhook_queue_at on webhook_queue (at, call_id);
  `)
    .execute(db);
}
