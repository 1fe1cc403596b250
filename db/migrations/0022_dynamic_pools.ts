/** Pools whose members a condition chooses: the condition, whom to look at again, and the pools being filled. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    alter table pool
      add column condition jsonb,
      -- Counts the conditions it has had.
      add column revision int not null default 0,
      -- Kinds of event after which its condition is asked again (engine/pools/heard.ts).
      add column hears text[] not null default '{}';
    create index pool_dynamic on pool (id) where condition is not null and archived_at is null;

    alter table pool_member drop constraint pool_member_by_kind_check;
    alter table pool_member add constraint pool_member_by_kind_check check (by_kind in ('person', 'flow', 'source', 'system'));

    -- Something about her has changed, or may have with time: every condition is asked of her again.
    create table pool_check (
      candidate_id uuid primary key references candidate (id) on delete cascade,
      -- By the injected clock.
      next_at timestamptz not null,
      attempts int not null default 0,
      -- The event that it follows from, and how many flows stand behind that.
      cause_id uuid,
      depth int not null default 0
    );
    create index pool_check_next on pool_check (next_at, candidate_id);

    -- A condition is new: whom it may be about is looked at, in order of id.
    create table pool_fill (
      pool_id uuid primary key references pool (id) on delete cascade,
      cursor uuid,
      next_at timestamptz not null,
      attempts int not null default 0
    );

    create unique index due_pool_check on due (candidate_id) where kind = 'pool-check';
  `)
    .execute(db);
}
