/** A consent that was withdrawn stands with the candidate, for it is asked before each mail leaves. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    alter table candidate add column consent_withdrawn_at timestamptz;
    update candidate set consent_withdrawn_at = last.at from (
      select distinct on (candidate_id) candidate_id, state, at from consent where purpose = 'contact'
      order by candidate_id, at desc, id desc) as last
    where last.candidate_id = candidate.id and last.state = 'withdrawn';
  `)
    .execute(db);
}
