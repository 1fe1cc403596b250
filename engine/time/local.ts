/** Pure: wall clocks. When a local time comes next, on which days, in whose zone. */
import { Temporal } from 'temporal-polyfill';

/** ISO weekdays: 1 is Monday, 7 is Sunday. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** `HH:MM`, 00:00 to 23:59. */
export type LocalTime = string;

export const isLocalTime = (text: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(text);

/** The date at an instant, `YYYY-MM-DD`. @throws {RangeError} for an unknown zone. */
export const localDate = (ms: number, timeZone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).toPlainDate().toString();

/**
 * The instant of a wall-clock time on a date. One that DST skips becomes the one as much later; one that comes twice
 * is the first.
 * @throws {RangeError} for a date, time or zone that is none.
 */
export const atLocal = (date: string, time: LocalTime, timeZone: string): number =>
  Temporal.PlainDate.from(date).toZonedDateTime({ timeZone, plainTime: time }).epochMilliseconds;

/**
 * The first instant not before `fromMs` at which it is `time` on a day that `isDay` allows. Null: none within two
 * years.
 * @throws {RangeError} for a time or zone that is none.
 */
export function nextLocal(
  fromMs: number,
  time: LocalTime,
  timeZone: string,
  isDay: (date: Temporal.PlainDate) => boolean = () => true,
): number | null {
  let date = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(timeZone).toPlainDate();
  for (let tried = 0; tried < 732; tried++) {
    const at = date.toZonedDateTime({ timeZone, plainTime: time }).epochMilliseconds;
    if (at >= fromMs && isDay(date)) return at;
    date = date.add({ days: 1 });
  }
  return null;
}
