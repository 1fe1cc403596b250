/**
 * The one lock order. Every transaction that writes a candidate's event, enrols, advances, exits, merges or
 * claims a message first locks the candidates it touches, in id order, at most 500; then the application,
 * then the enrolment.
 */
import { type Transaction, sql } from 'kysely';
import type { Database } from '../schema.ts';

export type Trx = Transaction<Database>;

export const maxLocked = 500;

/** Locks what exists of `ids`, in id order. Answers the ids that exist and where a merged one went. */
export async function lockCandidates(trx: Trx, ids: readonly string[]): Promise<{ id: string; mergedInto: string | null }[]> {
  if (ids.length > maxLocked) throw new RangeError(`At most ${maxLocked} candidates can be locked at once, not ${ids.length}.`);
  if (ids.length === 0) return [];
  const locked = await sql<{ id: string; mergedInto: string | null }>`
    select id, merged_into as "mergedInto" from candidate
    where id = any(${[...ids]}::uuid[]) order by id for no key update`.execute(trx);
  return locked.rows;
}
