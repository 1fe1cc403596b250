/** Who was deleted at a source before anyone here had heard of her, and requests that wait without its being their fault. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    create table candidate_gone (
      source_kind text not null,
      external_id text not null,
      at timestamptz not null,
      primary key (source_kind, external_id)
    );
    -- Apart from attempts, of which there is a last one.
    alter table inbound_queue add column delays int not null default 0;
  `)
    .execute(db);
}
