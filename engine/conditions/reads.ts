/** Pure: what a condition reads, and when its answer may change though nothing happens. */
import { addDuration, zoneFor } from '../time/calendar.ts';
import type { Duration } from '../time/duration.ts';
import type { Condition, ConditionLeaf } from './condition.ts';
import { consentEnds, consentField } from './consent.ts';
import { mergedPasts, type PastAsked } from './history.ts';
import { asInstant, read, type Scope } from './memory.ts';
import { beginsAt } from './period.ts';
import { newestOf, pastOf, turningPoints } from './times.ts';

/** More than months and clock changes can differ by, in milliseconds. */
const slack = 4 * 86_400_000;

export function* leavesOf(condition: Condition): Generator<ConditionLeaf> {
  if ('all' in condition) for (const each of condition.all) yield* leavesOf(each);
  else if ('any' in condition) for (const each of condition.any) yield* leavesOf(each);
  else if ('not' in condition) yield* leavesOf(condition.not);
  else yield condition;
}

/** A group of nothing: “any of none” never holds, “all of none” always does, and neither was meant. */
export function hasEmptyGroup(condition: Condition): boolean {
  if ('not' in condition) return hasEmptyGroup(condition.not);
  const group = 'all' in condition ? condition.all : 'any' in condition ? condition.any : null;
  return group !== null && (group.length === 0 || group.some(hasEmptyGroup));
}

/** The paths it reads, each once. */
export function fieldsOf(condition: Condition): string[] {
  return [...new Set([...leavesOf(condition)].map((leaf) => leaf.field))];
}

/** What it asks of someone's past, each kind of event once. */
export const historyOf = (condition: Condition): PastAsked[] => pastsIn(leavesOf(condition));

export const pastsIn = (leaves: Iterable<ConditionLeaf>): PastAsked[] =>
  mergedPasts([...leaves].flatMap((leaf) => pastOf(leaf) ?? []));

/** Time alone may make it hold, or cease to, for someone. */
export const mayFlip = (condition: Condition): boolean =>
  [...leavesOf(condition)].some(
    ({ field, op, within }) =>
      within !== undefined || op === 'within-last' || op === 'not-within-last' || field === consentField,
  );

/** The next instant (ms) at which the answer may flip by the passing of time alone; null: never. */
export function nextFlip(condition: Condition, scope: Scope): number | null {
  let next: number | null = null;
  for (const leaf of leavesOf(condition)) {
    for (const flip of flipsOf(leaf, scope))
      if (flip > scope.now && (next === null || flip < next)) next = flip;
  }
  return next;
}

function flipsOf(leaf: ConditionLeaf, scope: Scope): number[] {
  const { field, op, value, within } = leaf;
  const zone = zoneFor(scope.facts);
  if (within !== undefined) {
    const newest = newestOf(leaf, scope);
    return turningPoints(leaf).flatMap((k) => {
      const kth = newest[k - 1];
      return kth === undefined ? [] : outOf(kth, within, zone);
    });
  }
  if (field === consentField) return [consentEnds(scope.facts.candidate) ?? []].flat();
  if (op !== 'within-last' && op !== 'not-within-last') return [];
  const at = asInstant(read(field, scope));
  if (at === null || typeof value !== 'string') return [];
  // It begins to hold when the instant itself comes, and ceases when it is that old.
  return [at, outOf(at, value, zone)];
}

/**
 * The first instant from which `at` is no longer within the last `duration`. Months differ in length, so "a month
 * after" may lie days beside the instant from which "a month before" reaches back: found by halving around it.
 */
function outOf(at: number, duration: Duration, timeZone: string): number {
  const isWithin = (now: number) => at > beginsAt(now, duration, timeZone);
  const about = addDuration(at, duration, timeZone);
  if (isWithin(about - 1) && !isWithin(about)) return about;
  let [within, out] = [about - slack, about + slack];
  while (out - within > 1) {
    const middle = Math.floor((within + out) / 2);
    if (isWithin(middle)) within = middle;
    else out = middle;
  }
  return out;
}
