/** Pure: in which of the pools with a condition someone belongs. */
import type { Condition } from '../conditions/condition.ts';
import { judge } from '../conditions/memory.ts';
import { nextFlip } from '../conditions/reads.ts';
import type { Facts } from '../facts.ts';
import { readsPools } from './heard.ts';

export interface DynamicPool {
  id: string;
  condition: Condition;
}

export interface Membership {
  joins: string[];
  leaves: string[];
  /** The next instant (ms) at which any answer may flip by the passing of time alone; null: never. */
  flipsAt: number | null;
}

/**
 * `aspects`: her facts with each of her applications, or once without, if she has none. A condition holds if the whole
 * of it holds for one of them. Pools may ask about pools: they are judged until nothing changes. Those that never come
 * to rest (in this one because not in that one, and the other way round) leave her where she is.
 */
export function membershipOf(
  pools: readonly DynamicPool[],
  aspects: readonly Facts[],
  now: number,
): Membership {
  const before = new Set(aspects[0]?.candidate.pools);
  const inPools = (members: ReadonlySet<string>) =>
    aspects.map((facts) => ({ ...facts, candidate: { ...facts.candidate, pools: [...members] } }));

  const after = new Set(before);
  /** Answers whether anyone joined or left. */
  const round = (some: readonly DynamicPool[], members: Set<string>): boolean => {
    let changed = false;
    for (const { id, condition } of some) {
      const holds = inPools(members).some((facts) => judge(condition, { facts, now }).holds);
      if (holds === members.has(id)) continue;
      changed = true;
      if (holds) members.add(id);
      else members.delete(id);
    }
    return changed;
  };

  round(
    pools.filter((pool) => !readsPools(pool.condition)),
    after,
  );
  const readers = pools.filter((pool) => readsPools(pool.condition));
  const settling = new Set(after);
  // A chain of pools, each asking about the one before, needs as many rounds as it is long, and one that finds no change.
  for (let rounds = 0; rounds <= readers.length; rounds++) {
    if (round(readers, settling)) continue;
    after.clear();
    for (const id of settling) after.add(id);
    break;
  }

  const flips = pools.flatMap(({ condition }) =>
    aspects.map((facts) => nextFlip(condition, { facts, now }) ?? Number.POSITIVE_INFINITY),
  );
  const soonest = Math.min(...flips);
  return {
    joins: [...after].filter((id) => !before.has(id)),
    leaves: [...before].filter((id) => !after.has(id)),
    flipsAt: Number.isFinite(soonest) ? soonest : null,
  };
}
