/** Why members are in a pool that a condition chooses: what of it holds for each of them at this moment. */
import type { Db } from '../db/connect.ts';
import { aspectsOf } from '../db/queries/dynamic-pools.ts';
import type { Condition } from '../engine/conditions/condition.ts';
import { historyOf } from '../engine/conditions/reads.ts';
import { reasonsFor } from '../engine/conditions/reasons.ts';
import { namesFor } from './words.ts';

/** By candidate; nothing for whom it no longer holds. `now` in milliseconds. */
export async function membersBecause(
  db: Db,
  condition: Condition,
  candidateIds: readonly string[],
  now: number,
): Promise<Map<string, string[]>> {
  const [aspects, names] = await Promise.all([
    aspectsOf(db, candidateIds, historyOf(condition)),
    namesFor(db, [condition]),
  ]);
  // Of several applications the first will do for which the whole of it holds.
  const because = [...aspects].map(([id, each]): [string, string[]] => [
    id,
    each.map((facts) => reasonsFor(condition, { facts, now }, names)).find((some) => some.length > 0) ?? [],
  ]);
  return new Map(because);
}
