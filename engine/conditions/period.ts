/**
 * Pure: where a period that ends now began ("the last month"), on someone's clock. It never moves back as time goes
 * on, so what has fallen out of a period stays out: on 29 March the last month does not reach further back than it did
 * late on 28 March, and where a clock was put forward or back nothing comes in again.
 */
import { Temporal } from 'temporal-polyfill';
import { addDuration, offsetAt } from '../time/calendar.ts';
import { type Duration, parseDuration } from '../time/duration.ts';

const quarter = 900_000;
const hour = 3_600_000;
const day = 24 * hour;
/** No clock is put forward or back by more, and what was lost is caught up with within as long. */
const longestChange = 3 * hour;
/** A day of the month that every month has. From a later one a month back may lead to its end three days running. */
const shortestMonth = 28;
const longerBy = 3;

/** Milliseconds. What lies after it is within the period. */
export function beginsAt(now: number, duration: Duration, timeZone: string): number {
  const length = parseDuration(duration);
  const back = (from: number) => addDuration(from, duration, timeZone, -1);
  const plain = back(now);
  if (!length || (!length.years && !length.months && !length.weeks && !length.days)) return plain;
  const earlier: number[] = [];
  if ((length.years || length.months) && dayOfMonth(now, timeZone) > shortestMonth)
    earlier.push(...midnightsBefore(now, timeZone).map((at) => back(at - 1)));
  if (isNearChange(now, timeZone) || isNearChange(plain, timeZone)) {
    const last = Math.floor(now / quarter) * quarter;
    for (let at = last; at > now - longestChange; at -= quarter) earlier.push(back(at - 1));
  }
  return Math.max(plain, ...earlier);
}

const dayOfMonth = (ms: number, timeZone: string): number =>
  new Date(ms + offsetAt(ms, timeZone) / 1_000_000).getUTCDate();

function midnightsBefore(now: number, timeZone: string): number[] {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(timeZone).toPlainDate();
  return Array.from(
    { length: longerBy },
    (_, days) => today.subtract({ days }).toZonedDateTime(timeZone).epochMilliseconds,
  );
}

/** Whether the clock was changed within a day. */
function isNearChange(ms: number, timeZone: string): boolean {
  const offset = offsetAt(ms, timeZone);
  return offsetAt(ms - day, timeZone) !== offset || offsetAt(ms + day, timeZone) !== offset;
}
