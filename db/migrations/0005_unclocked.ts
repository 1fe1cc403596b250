/** Open enrolments that neither a deadline nor a mark would ever move: the sweep looks for them every second. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create index enrolment_unclocked on enrolment (flow_id) where status = 'open' and wake_at is null`.execute(
    db,
  );
}
