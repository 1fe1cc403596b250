/** Pure: how often something happened within a period that ends now. Its equal in SQL is `db/conditions/history.ts`. */
import { zoneFor } from '../time/calendar.ts';
import type { ConditionLeaf, Operator } from './condition.ts';
import { happenedTo, mostTimes, type PastAsked, readHistoryPath } from './history.ts';
import type { Scope } from './memory.ts';
import { beginsAt } from './period.ts';

/** The counts at which each answer turns, of a count that is compared with `n`. */
const turns: Partial<Record<Operator, (n: number) => number[]>> = {
  'at-least': (n) => [n],
  less: (n) => [n],
  greater: (n) => [n + 1],
  'at-most': (n) => [n + 1],
  is: (n) => [n, n + 1],
  'is-not': (n) => [n, n + 1],
};

/** Of a question about a period: when the k-th newest falls out of it, the answer turns; these k. */
export function turningPoints({ op, value }: Pick<ConditionLeaf, 'op' | 'value'>): number[] {
  const n = Number(value);
  return Number.isInteger(n) ? (turns[op]?.(n) ?? []).filter((k) => k > 0) : [];
}

/** What must be read of the past for it; null: it asks of no past. */
export function pastOf(leaf: ConditionLeaf): PastAsked | null {
  const path = readHistoryPath(leaf.field);
  return path && { type: path.type, newest: leaf.within === undefined ? 0 : mostTimes + 1 };
}

/** The newest instants (ms), newest first, as far as they were read. */
export function newestOf(leaf: ConditionLeaf, scope: Scope): number[] {
  const path = readHistoryPath(leaf.field);
  return path ? (happenedTo(scope.facts, path.type).newest ?? []).map((at) => Date.parse(at)) : [];
}

/**
 * As many as were read count at most, which is more than any answer turns on. What a clock ahead of ours dates later
 * than now has happened, too. Undefined: there is nothing to count.
 */
export function timesWithin(leaf: ConditionLeaf, scope: Scope): number | undefined {
  const path = readHistoryPath(leaf.field);
  if (path?.ask !== 'count' || leaf.within === undefined) return undefined;
  const beginning = beginsAt(scope.now, leaf.within, zoneFor(scope.facts));
  return newestOf(leaf, scope).filter((at) => at > beginning).length;
}
