/**
 * The one lock order. Every transaction that writes a candidate's event, enrols, advances, exits, merges or
 * claims a message first locks the candidates it touches, in id order, at most 500; then the application,
 * then the enrolment.
 */
import { sql, type Transaction } from 'kysely';
import type { Database } from '../schema.ts';

export type Trx = Transaction<Database>;

export const maxLocked = 500;

/** Locks what exists of `ids`, in id order. Answers the ids that exist and where a merged one went. */
export async function lockCandidates(
  trx: Trx,
  ids: readonly string[],
): Promise<{ id: string; mergedInto: string | null }[]> {
  if (ids.length > maxLocked)
    throw new RangeError(`At most ${maxLocked} candidates can be locked at once, not ${ids.length}.`);
  if (ids.length === 0) return [];
  const locked = await sql<{ id: string; mergedInto: string | null }>`
    select id, merged_into as "mergedInto" from candidate
    where id = any(${[...ids]}::uuid[]) order by id for no key update`.execute(trx);
  return locked.rows;
}

/** Thrown when a merge moved what a transaction was about to change; the transaction is simply run again. */
export class MergedMeanwhile extends Error {
  /** Read by `retryConflicts`: a serialisation failure like any other. */
  readonly code = '40001';
  constructor() {
    super('The candidate was merged into another while this was going on.');
    this.name = 'MergedMeanwhile';
  }
}

/**
 * Locks the one candidate that `id` stands for today, following merges. Null: there is none.
 * @throws {MergedMeanwhile} when it was merged between the look and the lock.
 */
export async function lockCandidate(trx: Trx, id: string): Promise<string | null> {
  const today = await sql<{ id: string }>`
    with recursive trail as (
      select id, merged_into, 0 as hops from candidate where id = ${id}
      union all
      select candidate.id, candidate.merged_into, hops + 1 from candidate join trail on candidate.id = trail.merged_into where hops < 20
    )
    select id from trail where merged_into is null`.execute(trx);
  const found = today.rows[0]?.id;
  if (!found) return null;
  const [locked] = await lockCandidates(trx, [found]);
  if (!locked || locked.mergedInto) throw new MergedMeanwhile();
  return found;
}
