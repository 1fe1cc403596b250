/** What a person asks for many at once: who is moved, repaired or enrolled, how far it has come, who was left out and why. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    create table operation (
      id uuid primary key,
      flow_id uuid not null references flow (id) on delete cascade,
      kind text not null check (kind in ('move', 'undo', 'repair', 'enrol')),
      spec jsonb not null,
      state text not null default 'running' check (state in ('running', 'done', 'cancelled')),
      -- Ids of runs or candidates up to this one have had their turn.
      cursor uuid,
      total int not null,
      changed int not null default 0,
      left_out int not null default 0,
      next_at timestamptz not null,
      by_id text,
      created_at timestamptz not null,
      finished_at timestamptz
    );
    create index operation_running on operation (next_at, id) where state = 'running';
    create index operation_flow on operation (flow_id, created_at desc, id desc);
    create table operation_row (
      operation_id uuid not null references operation (id) on delete cascade,
      -- The run, or the candidate who was to be enrolled.
      ref_id uuid not null,
      candidate_id uuid not null references candidate (id) on delete cascade,
      outcome text not null check (outcome in ('changed', 'left-out')),
      code text,
      -- How the run stood before it was moved, and where it was put: an undo finds its way back by it.
      before jsonb,
      primary key (operation_id, ref_id)
    );
    create index operation_row_candidate on operation_row (candidate_id);
    create index operation_row_left_out on operation_row (operation_id, ref_id) where outcome = 'left-out';
  `)
    .execute(db);
}
