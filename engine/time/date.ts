/** Pure: days of the calendar, written YYYY-MM-DD. */
import { Temporal } from 'temporal-polyfill';

/** A day that there is, written YYYY-MM-DD. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const [year = 0, month = 0, day = 0] = text.split('-').map(Number);
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return month >= 1 && month <= 12 && day >= 1 && day <= last;
}

/** From its first instant to the next day's first, in milliseconds. @throws {RangeError} for a day or zone that is none. */
export function instantsOf(date: string, timeZone: string): [from: number, until: number] {
  const day = Temporal.PlainDate.from(date);
  const start = (of: Temporal.PlainDate) => of.toZonedDateTime(timeZone).epochMilliseconds;
  return [start(day), start(day.add({ days: 1 }))];
}

/** The days of that month and day (`MM-DD`) from `first` on and before the year `before`; no 29 February where there is none. */
export function daysOfYears(monthDay: string, first: number, before: number): string[] {
  return Array.from({ length: Math.max(0, before - first) }, (_, n) => `${first + n}-${monthDay}`).filter(
    isDate,
  );
}

/** "24 Nov"; what is no day stands as it is. */
export function dayInWords(date: string): string {
  if (!isDate(date)) return date;
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
    new Date(`${date}T00:00:00Z`),
  );
}
