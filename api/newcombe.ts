/** Pure: the 95 % interval of the difference of two shares (Newcombe 1998, method 10: from the Wilson intervals of both). */
import { wilson } from './wilson.ts';

export interface Counted {
  reached: number;
  of: number;
}

/** `a` less `b`, from -1 to 1. Null where either has counted nobody. */
export function differenceOf(
  a: Counted,
  b: Counted,
): { difference: number; low: number; high: number } | null {
  const [first, second] = [wilson(a.reached, a.of), wilson(b.reached, b.of)];
  if (!first || !second) return null;
  const difference = first.share - second.share;
  return {
    difference,
    low: difference - Math.hypot(first.share - first.low, second.high - second.share),
    high: difference + Math.hypot(first.high - first.share, second.share - second.low),
  };
}
