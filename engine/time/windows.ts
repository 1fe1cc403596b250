/**
 * Pure: hours of the week in which something may happen, and days on which people work. Whoever sets `skipHolidays`,
 * and gives a country, awaits `loadHolidays()` before.
 *
 * An instant is inside a window when the clock on the wall says so. So what daylight saving skips is no part of it
 * (a window that is skipped whole does not open that day), and an hour that comes twice counts both times.
 */
import { Temporal } from 'temporal-polyfill';
import { type Duration, parseDuration, timeOf } from './duration.ts';
import { type Country, isHoliday } from './holidays.ts';
import type { LocalTime, Weekday } from './local.ts';

export interface Days {
  /** Absent or empty: every day. */
  weekdays?: readonly Weekday[] | undefined;
  /** Not on public holidays of the candidate's country; where that is not known, holidays are days like others. */
  skipHolidays?: boolean | undefined;
}

export interface SendWindow extends Days {
  /** Inclusive. */
  from: LocalTime;
  /** Exclusive. Not after `from`: it lasts into the next day, and belongs to the day on which it began. */
  to: LocalTime;
}

export const workdays: readonly Weekday[] = [1, 2, 3, 4, 5];

/** CLDR: where people rest on Friday and Saturday. */
const restOnFridays = new Set('BD BH DZ EG IL IQ JO KW LY MV OM PS QA SA SD SY YE'.split(' '));

/** The days of the week on which people work there. */
export const workdaysOf = (country: Country | null): readonly Weekday[] =>
  country !== null && restOnFridays.has(country.toUpperCase()) ? [7, 1, 2, 3, 4] : workdays;

export function isAllowedDay(
  date: Temporal.PlainDate,
  { weekdays = [], skipHolidays = false }: Days,
  country: Country | null,
): boolean {
  if (weekdays.length > 0 && !weekdays.includes(date.dayOfWeek as Weekday)) return false;
  return !skipHolidays || country === null || isHoliday(date.toString(), country) === null;
}

/** @throws {RangeError} for a time or zone that is none. */
export function isInWindow(
  ms: number,
  window: SendWindow,
  timeZone: string,
  country: Country | null,
): boolean {
  const local = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone);
  const date = local.toPlainDate();
  const minute = local.hour * 60 + local.minute;
  const [from, to] = [minuteOf(window.from), minuteOf(window.to)];
  if (from < to) return from <= minute && minute < to && isAllowedDay(date, window, country);
  if (minute >= from) return isAllowedDay(date, window, country);
  return minute < to && isAllowedDay(date.subtract({ days: 1 }), window, country);
}

/**
 * The first instant not before `fromMs` inside the window; `fromMs` itself where that is inside.
 * @throws {RangeError} for a time or zone that is none, or when the window does not open within two years.
 */
export function nextInWindow(
  fromMs: number,
  window: SendWindow,
  timeZone: string,
  country: Country | null,
): number {
  if (isInWindow(fromMs, window, timeZone, country)) return fromMs;
  const time = Temporal.PlainTime.from(window.from);
  let date = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(timeZone).toPlainDate();
  for (let tried = 0; tried < 732; tried++) {
    const opens = openingsOn(date, time, timeZone)
      .filter((at) => at >= fromMs && isInWindow(at, window, timeZone, country))
      .sort((a, b) => a - b)[0];
    if (opens !== undefined) return opens;
    date = date.add({ days: 1 });
  }
  throw new RangeError(`No window from ${window.from} to ${window.to} opens within two years`);
}

/**
 * The first instant not before `fromMs` that is no public holiday there: itself, or the beginning of a day. `holiday`
 * names the first that was in the way; null: none was.
 * @throws {HolidaysNotLoaded} unless `loadHolidays()` has been awaited.
 */
export function nextNoHoliday(
  fromMs: number,
  timeZone: string,
  country: Country,
): { at: number; holiday: string | null } {
  let date = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(timeZone).toPlainDate();
  const holiday = isHoliday(date.toString(), country);
  if (holiday === null) return { at: fromMs, holiday };
  do date = date.add({ days: 1 });
  while (isHoliday(date.toString(), country) !== null);
  return { at: date.toZonedDateTime(timeZone).epochMilliseconds, holiday };
}

/** When the clock may come into a window that begins at `time`: at that time, and when the clock is changed. */
function openingsOn(date: Temporal.PlainDate, time: Temporal.PlainTime, timeZone: string): number[] {
  const begins = date.toPlainDateTime(time);
  const midnight = date.toZonedDateTime(timeZone);
  const ends = date.add({ days: 1 }).toZonedDateTime(timeZone).epochMilliseconds;
  const changed = midnight.getTimeZoneTransition('next')?.epochMilliseconds;
  return [
    begins.toZonedDateTime(timeZone, { disambiguation: 'earlier' }).epochMilliseconds,
    begins.toZonedDateTime(timeZone, { disambiguation: 'later' }).epochMilliseconds,
    midnight.epochMilliseconds,
    // Where the day's last hour is skipped, it is the midnight that ends the day.
    ...(changed !== undefined && changed <= ends ? [changed] : []),
  ];
}

/**
 * The same time of day `days` working days later. Counting begins with the day after; a weekend or, where `holidays`
 * are to be skipped, a public holiday is not counted and never the result. `days` below one counts as one.
 * @throws {RangeError} for a zone that is none.
 */
export function addBusinessDays(
  fromMs: number,
  days: number,
  timeZone: string,
  country: Country | null,
  { skipHolidays = true }: Pick<Days, 'skipHolidays'> = {},
): number {
  const from = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(timeZone);
  const working: Days = { weekdays: workdaysOf(country), skipHolidays };
  let date = from.toPlainDate();
  for (let left = Math.max(1, days); left > 0; ) {
    date = date.add({ days: 1 });
    if (isAllowedDay(date, working, country)) left--;
  }
  return date.toZonedDateTime({ timeZone, plainTime: from.toPlainTime() }).epochMilliseconds;
}

/**
 * A duration of weeks and days, of which only working days count: a week is five of them.
 * @throws {RangeError} when it is no such duration, or the zone is none.
 */
export function addWorkingDuration(
  fromMs: number,
  duration: Duration,
  timeZone: string,
  country: Country | null,
  days: Pick<Days, 'skipHolidays'> = {},
): number {
  const count = workingDaysIn(duration);
  if (count === null) throw new RangeError(`${duration} does not count working days`);
  return addBusinessDays(fromMs, count, timeZone, country, { skipHolidays: false, ...days });
}

/** Null: it is no duration of whole days and weeks alone. */
export function workingDaysIn(duration: Duration): number | null {
  const length = parseDuration(duration);
  if (!length || length.years || length.months || timeOf(length) !== 0) return null;
  return length.weeks * 5 + length.days;
}

const minuteOf = (time: LocalTime): number => {
  const { hour, minute } = Temporal.PlainTime.from(time);
  return hour * 60 + minute;
};
