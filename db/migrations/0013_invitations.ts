/** Invitations with a personal link, and what people consented to: a ledger, and beside the candidate what holds now. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    create table invitation (
      id uuid primary key,
      kind text not null check (kind in ('survey', 'scheduling', 'gathering', 'consent')),
      -- Whose it is: the run's candidate, also after a merge.
      enrolment_id uuid not null references enrolment (id) on delete cascade,
      node_id text not null,
      visit int not null,
      -- 192 random bits (base64url): the link is the only key to it.
      token text not null unique,
      details jsonb not null default '{}',
      created_at timestamptz not null,
      answered_at timestamptz,
      unique (enrolment_id, node_id, visit)
    );

    -- Append-only; the newest row of a purpose is what holds.
    create table consent (
      id uuid primary key,
      candidate_id uuid not null references candidate (id) on delete cascade,
      purpose text not null,
      state text not null check (state in ('given', 'withdrawn')),
      at timestamptz not null,
      -- Null: until it is withdrawn. Of a withdrawal: nothing.
      expires_at timestamptz,
      source text not null,
      invitation_id uuid references invitation (id) on delete set null
    );
    create index consent_candidate on consent (candidate_id, purpose, at desc, id desc);

    -- Of the purpose “contact”, as the ledger has it.
    alter table candidate add column consent_until timestamptz;
    create index candidate_consent on candidate (consent_until) where consent_until is not null;
  `)
    .execute(db);
}
