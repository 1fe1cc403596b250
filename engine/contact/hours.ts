/** Pure: the hours in which something may be sent, on whichever clock. */
import { z } from 'zod';
import type { Country } from '../time/holidays.ts';
import { isLocalTime, type Weekday } from '../time/local.ts';
import { nextInWindow, nextNoHoliday } from '../time/windows.ts';

const time = z.string('is not a time such as 09:00').refine(isLocalTime, 'is not a time such as 09:00');

/**
 * From `from` until just before `to`, on these days (1 Monday to 7 Sunday). A `to` that is not after `from` is the next
 * day's, and belongs to the day on which it began.
 */
export const hoursSchema = z.object({
  from: time,
  to: time,
  days: z
    .array(
      z.int('is not a day of the week').min(1, 'is not a day of the week').max(7, 'is not a day of the week'),
    )
    .min(1, 'needs at least one day')
    .max(7, 'needs at most seven days')
    .default([1, 2, 3, 4, 5, 6, 7]),
});
export type Hours = z.infer<typeof hoursSchema>;

/**
 * The first instant (ms) not before `fromMs` that lies within the hours.
 * @throws {RangeError} for an unknown zone.
 */
export const nextInHours = (fromMs: number, { from, to, days }: Hours, timeZone: string): number =>
  nextInWindow(fromMs, { from, to, weekdays: days as Weekday[] }, timeZone, null);

/** Open whenever one of them is: a week may have other hours on other days. */
export const weekSchema = z
  .array(hoursSchema)
  .min(1, 'needs at least one day')
  .max(7, 'needs at most seven lines');
export type Week = z.infer<typeof weekSchema>;

/** What a message must keep to: each of these, and of a week any of its hours. */
export type AnyHours = Hours | Week;

const nextInAny = (fromMs: number, hours: AnyHours, timeZone: string): number =>
  Math.min(...[hours].flat().map((each) => nextInHours(fromMs, each, timeZone)));

/** Openings looked at of each: those that meet do so within two weeks, unless clocks are changed or days are off. */
const mostOpenings = 30;

/** The first instant within all of them. Null: they never meet. */
export function nextInAll(fromMs: number, all: readonly AnyHours[], timeZone: string): number | null {
  return nextOpening(fromMs, { hours: all, timeZone })?.at ?? null;
}

export interface Openings {
  hours: readonly AnyHours[];
  timeZone: string;
  /** Closed on its public holidays. Absent or null: holidays are days like others. */
  holidaysOf?: Country | null;
}

export interface Opening {
  /** Milliseconds since 1970. */
  at: number;
  /** The first public holiday that was in the way; null: none was. */
  holiday: string | null;
}

/**
 * The first instant not before `fromMs` within all hours, and on no public holiday. Null: there is none. Where
 * `holidaysOf` names a country, `loadHolidays()` must have been awaited.
 */
export function nextOpening(fromMs: number, { hours, timeZone, holidaysOf }: Openings): Opening | null {
  let at = fromMs;
  let holiday: string | null = null;
  for (let round = 0; round < mostOpenings * Math.max(1, hours.length); round++) {
    let moved = hours.reduce((from, each) => nextInAny(from, each, timeZone), at);
    if (holidaysOf) {
      const free = nextNoHoliday(moved, timeZone, holidaysOf);
      moved = free.at;
      holiday ??= free.holiday;
    }
    if (moved === at) return { at, holiday };
    at = moved;
  }
  return null;
}
