/** One budget of contact: what a message carries for it, holds, and what was decided about messages that wait. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    alter table message
      add column contact_class text not null default 'process' check (contact_class in ('process', 'nurture', 'marketing')),
      add column priority int not null default 0,
      -- Its hours, whose clock, and from when it is stale. Null: at any time, and never.
      add column sending jsonb,
      -- When it was claimed to be sent: from then on it counts.
      add column reserved_at timestamptz;
    create index message_contact on message (candidate_id, reserved_at) where reserved_at is not null;
    create index message_waiting on message (candidate_id) where status = 'queued';

    -- Until then nobody looks at it. On the house's clock, not the database's: that one only counts leases.
    alter table email_queue add column not_before timestamptz not null default '1970-01-01T00:00:00Z';
    drop index email_queue_next;
    create index email_queue_next on email_queue (not_before, message_id);

    create table contact_hold (
      id uuid primary key,
      candidate_id uuid not null references candidate (id) on delete cascade,
      covers text not null default 'nurture' check (covers in ('nurture', 'everything')),
      until timestamptz not null,
      reason text not null default '',
      by_kind text not null check (by_kind in ('person', 'flow')),
      by_id text,
      created_at timestamptz not null,
      released_at timestamptz
    );
    create index contact_hold_candidate on contact_hold (candidate_id, until) where released_at is null;

    -- The ledger of what was not sent when its time had come: put off, or skipped.
    create table contact_decision (
      id uuid primary key,
      message_id uuid not null references message (id) on delete cascade,
      candidate_id uuid not null references candidate (id) on delete cascade,
      verdict text not null check (verdict in ('defer', 'skip')),
      code text not null,
      detail jsonb not null default '{}',
      until timestamptz,
      at timestamptz not null
    );
    create index contact_decision_message on contact_decision (message_id, at desc);
    create index contact_decision_candidate on contact_decision (candidate_id, at desc);

    -- What went wrong before a flow was resumed does not pause it again.
    alter table flow add column resumed_at timestamptz;
  `)
    .execute(db);
}
