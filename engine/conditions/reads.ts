/** Pure: what a condition reads, and when its answer may change though nothing happens. */
import { addDuration, zoneFor } from '../time/calendar.ts';
import type { Duration } from '../time/duration.ts';
import type { Condition } from './condition.ts';
import { readHistoryPath } from './history.ts';
import { asInstant, read, type Scope } from './memory.ts';

/** More than months and clock changes can differ by, in milliseconds. */
const slack = 4 * 86_400_000;

type Leaf = Extract<Condition, { field: string }>;

export function* leavesOf(condition: Condition): Generator<Leaf> {
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

/** The kinds of event whose past it asks for, each once. */
export const historyOf = (condition: Condition): string[] => historyTypesIn(fieldsOf(condition));

/** Of the paths that are those of someone's past: the kinds of event. */
export const historyTypesIn = (paths: readonly string[]): string[] => [
  ...new Set(paths.flatMap((path) => readHistoryPath(path)?.type ?? [])),
];

/** The next instant (ms) at which the answer may flip by the passing of time alone; null: never. */
export function nextFlip(condition: Condition, scope: Scope): number | null {
  let next: number | null = null;
  for (const leaf of leavesOf(condition)) {
    if (leaf.op !== 'within-last' && leaf.op !== 'not-within-last') continue;
    const at = asInstant(read(leaf.field, scope));
    if (at === null || typeof leaf.value !== 'string') continue;
    // It begins to hold when the instant itself comes, and ceases when it is that old.
    for (const flip of [at, outOf(at, leaf.value, zoneFor(scope.facts))]) {
      if (flip > scope.now && (next === null || flip < next)) next = flip;
    }
  }
  return next;
}

/**
 * The first instant from which `at` is no longer within the last `duration`. Months differ in length, so "a month
 * after" may lie days beside the instant from which "a month before" reaches back: found by halving around it.
 */
function outOf(at: number, duration: Duration, timeZone: string): number {
  const isWithin = (now: number) => at > addDuration(now, duration, timeZone, -1);
  const about = addDuration(at, duration, timeZone);
  let [within, out] = [about - slack, about + slack];
  while (out - within > 1) {
    const middle = Math.floor((within + out) / 2);
    if (isWithin(middle)) within = middle;
    else out = middle;
  }
  return out;
}
