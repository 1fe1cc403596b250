/** What a run would have told colleagues outside the app is cancelled when a person ends it, or a merge does. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
    alter table outgoing_notice drop constraint outgoing_notice_status_check,
      add constraint outgoing_notice_status_check check (status in ('queued', 'sending', 'sent', 'failed', 'unknown', 'cancelled'));
  `)
    .execute(db);
}
