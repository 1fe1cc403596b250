/** What colleagues are told outside the app: mails of their own, and posts to a chat. Neither is contact with a candidate. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    -- Written by a step in the transaction in which it happens, one for each person or chat.
    create table outgoing_notice (
      id uuid primary key,
      via text not null check (via in ('email', 'chat')),
      candidate_id uuid not null references candidate (id) on delete cascade,
      enrolment_id uuid not null references enrolment (id) on delete cascade,
      node_id text not null,
      visit int not null,
      -- Email: to whichever address that person has when it leaves.
      person_id text references "user" (id) on delete cascade,
      subject text,
      html text,
      -- Chat: the secret is the address.
      secret_id uuid references secret (id) on delete cascade,
      -- A mail's text, or a post's JSON.
      body text not null,
      status text not null default 'queued' check (status in ('queued', 'sending', 'sent', 'failed', 'unknown')),
      attempts int not null default 0,
      batch_id uuid,
      provider_id text,
      reason text,
      created_at timestamptz not null,
      settled_at timestamptz,
      check ((via = 'email') = (person_id is not null) and (via = 'chat') = (secret_id is not null))
    ) with (fillfactor = 85);
    create unique index outgoing_notice_once on outgoing_notice (enrolment_id, node_id, visit, coalesce(person_id, ''));
    create index outgoing_notice_candidate on outgoing_notice (candidate_id);
    create index outgoing_notice_provider on outgoing_notice (provider_id) where provider_id is not null;
    create index outgoing_notice_troubled on outgoing_notice (settled_at desc) where status in ('failed', 'unknown');

    create table outgoing_notice_queue (
      notice_id uuid primary key references outgoing_notice (id) on delete cascade,
      via text not null,
      -- By the injected clock: when it may be tried (again).
      at timestamptz not null,
      -- The lease of whoever has it.
      next_at timestamptz not null default now(),
      -- How often it was turned away together with others: then it goes alone.
      refusals int not null default 0
    );
    create index outgoing_notice_queue_at on outgoing_notice_queue (via, at, notice_id);

    -- Whose mails a batch carries: candidates' or colleagues'.
    alter table email_batch add column carries text not null default 'messages' check (carries in ('messages', 'notices'));
  `)
    .execute(db);
}
