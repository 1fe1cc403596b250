/** Holds on contact say when their time is up: those that stand already get the row that looks at them then. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    insert into due (id, kind, at, candidate_id, payload, next_at)
    select gen_random_uuid(), 'hold-end', until, candidate_id, jsonb_build_object('type', 'contact.released', 'holdId', id), until
    from contact_hold where released_at is null and until > now()`.execute(db);
}
