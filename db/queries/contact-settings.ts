/** The workspace's rules for contact, with the revision that a change starts from. */
import { sql } from 'kysely';
import { type ContactSettings, readContactSettings } from '../../engine/contact/settings.ts';
import type { Db } from '../connect.ts';

export interface StoredContactSettings {
  settings: ContactSettings;
  /** Goes up with each change; 0: nobody has changed anything. */
  revision: number;
  /** The workspace's: of everyone whose own is not known. */
  timeZone: string;
}

const current = sql`coalesce((settings->'contact'->>'revision')::int, 0)`;

export async function readContact(db: Db): Promise<StoredContactSettings> {
  const found = await sql<{ contact: unknown; revision: number; timeZone: string }>`
    select settings->'contact' as contact, ${current} as revision, time_zone as "timeZone" from workspace`.execute(
    db,
  );
  const { contact, revision, timeZone } = found.rows[0] ?? { contact: null, revision: 0, timeZone: 'UTC' };
  return { settings: readContactSettings(contact), revision, timeZone };
}

/**
 * `revision`: the one the change started from; null: whatever is there. False: somebody else was faster. What waits
 * is asked about again: other hours, holidays or caps may hold now. `now` in milliseconds.
 */
export async function storeContact(
  db: Db,
  settings: ContactSettings,
  revision: number | null,
  now: number,
): Promise<boolean> {
  const stored = await sql<{ id: boolean }>`
    with stored as (
    update workspace set settings = jsonb_set(settings, '{contact}',
      ${JSON.stringify(settings)}::jsonb || jsonb_build_object('revision', ${current} + 1))
    where ${revision}::int is null or ${current} = ${revision}
    returning true as id
    ), asked as (
      update email_queue q set not_before = ${new Date(now)} from stored
      where q.not_before > ${new Date(now)} and exists (
        select from contact_decision d where d.message_id = q.message_id and d.code <> 'rival' and d.until = q.not_before)
    )
    select id from stored`.execute(db);
  return stored.rows.length === 1;
}
