/** Pure: a branch's cases as they stand in a draft, which may be half filled. */
import type { Condition } from '../../../engine/conditions/condition.ts';

export interface BranchCase {
  port: string;
  label?: string;
  when?: Condition;
}

/** What cannot be read as a case is left out. */
export function casesOf(value: unknown): BranchCase[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (each: unknown): each is BranchCase =>
      typeof each === 'object' && each !== null && 'port' in each && typeof each.port === 'string',
  );
}

/** A port's id that no case has: `case-1`, `case-2`, … Ids never change, so that edges stay where they are. */
export function freePort(cases: readonly BranchCase[]): string {
  const taken = new Set(cases.map((each) => each.port));
  let n = cases.length + 1;
  while (taken.has(`case-${n}`)) n++;
  return `case-${n}`;
}
