/** Pure: the hours in which something may be sent, on whichever clock. */
import { z } from 'zod';
import { isLocalTime, type Weekday } from '../time/local.ts';
import { nextInWindow } from '../time/windows.ts';

const time = z.string().refine(isLocalTime, 'is not a time such as 09:00');

/**
 * From `from` until just before `to`, on these days (1 Monday to 7 Sunday). A `to` that is not after `from` is the next
 * day's, and belongs to the day on which it began.
 */
export const hoursSchema = z.object({
  from: time,
  to: time,
  days: z.array(z.int().min(1).max(7)).min(1).max(7).default([1, 2, 3, 4, 5, 6, 7]),
});
export type Hours = z.infer<typeof hoursSchema>;

/**
 * The first instant (ms) not before `fromMs` that lies within the hours.
 * @throws {RangeError} for an unknown zone.
 */
export const nextInHours = (fromMs: number, { from, to, days }: Hours, timeZone: string): number =>
  nextInWindow(fromMs, { from, to, weekdays: days as Weekday[] }, timeZone, null);

/** Openings looked at of each: those that meet do so within two weeks, unless clocks are changed meanwhile. */
const mostOpenings = 15;

/** The first instant within all of them. Null: they never meet. */
export function nextInAll(fromMs: number, all: readonly Hours[], timeZone: string): number | null {
  let at = fromMs;
  for (let round = 0; round < mostOpenings * Math.max(1, all.length); round++) {
    const moved = all.reduce((from, hours) => nextInHours(from, hours, timeZone), at);
    if (moved === at) return at;
    at = moved;
  }
  return null;
}
