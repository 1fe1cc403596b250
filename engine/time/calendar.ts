/** Pure: durations added in a time zone, as people count them: "in 3 days" is the same time of day, also across DST. */
import { Temporal } from 'temporal-polyfill';
import type { Facts } from '../facts.ts';
import { type Duration, parseDuration, timeOf } from './duration.ts';

/**
 * `fromMs` plus the duration, in milliseconds. Years to days move the wall clock of `timeZone`; hours and less are
 * exact. A wall-clock time that DST skips becomes the one as much later; one that comes twice is the first.
 * `sign` -1 subtracts.
 * @throws {RangeError} when the duration or the zone is not one.
 */
export function addDuration(fromMs: number, duration: Duration, timeZone: string, sign: 1 | -1 = 1): number {
  const length = parseDuration(duration);
  if (!length) throw new RangeError(`${duration} is not a duration`);
  if (!length.years && !length.months && !length.weeks && !length.days) return fromMs + sign * timeOf(length);
  const quick = addDays(fromMs, length, timeZone, sign);
  if (quick !== null) return quick;
  const from = Temporal.Instant.fromEpochMilliseconds(fromMs).toZonedDateTimeISO(timeZone);
  return (sign === 1 ? from.add(length) : from.subtract(length)).epochMilliseconds;
}

const day = 86_400_000;
/** Since 2012 every zone has changed its clocks on a quarter of an hour (Newfoundland was the last not to), so one offset holds for all of it. */
const quarter = 900_000;
const quartersFrom = Date.UTC(2012, 0, 1);

/**
 * Days and weeks alone, where no clock is changed near either end: then a day has 24 hours. Null: it takes a calendar.
 * Most waits are like that, and simulations ask for millions of them.
 */
function addDays(fromMs: number, length: Temporal.Duration, timeZone: string, sign: 1 | -1): number | null {
  if (length.years || length.months || timeOf(length) !== 0) return null;
  const to = fromMs + sign * (length.weeks * 7 + length.days) * day;
  if (Math.min(fromMs, to) < quartersFrom + day) return null;
  const offset = offsetAt(fromMs, timeZone);
  const isPlain =
    offsetAt(to, timeZone) === offset &&
    offsetAt(to - day, timeZone) === offset &&
    offsetAt(to + day, timeZone) === offset;
  return isPlain ? to : null;
}

const offsets = new Map<string, Map<number, number>>();

/** Nanoseconds east of UTC. */
export function offsetAt(ms: number, timeZone: string): number {
  let known = offsets.get(timeZone);
  if (!known) {
    known = new Map();
    offsets.set(timeZone, known);
  }
  const block = Math.floor(ms / quarter);
  let offset = known.get(block);
  if (offset === undefined) {
    offset = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timeZone).offsetNanoseconds;
    if (known.size >= 20_000) known.clear();
    known.set(block, offset);
  }
  return offset;
}

const zones = new Map<string, boolean>();

/** An IANA name that this machine's zone data knows. Offsets such as `+02:00` are no zones: they know no DST. */
export function isTimeZone(name: string): boolean {
  const known = zones.get(name);
  if (known !== undefined) return known;
  let valid = /^[A-Za-z]/.test(name);
  try {
    if (valid) new Intl.DateTimeFormat('en', { timeZone: name });
  } catch {
    valid = false;
  }
  if (zones.size < 1000) zones.set(name, valid);
  return valid;
}

/** Whose clock counts: the candidate's, else the workspace's, else UTC. */
export function zoneFor(facts: Facts): string {
  const own = facts.candidate.timeZone;
  if (own !== null && isTimeZone(own)) return own;
  return isTimeZone(facts.workspace.timeZone) ? facts.workspace.timeZone : 'UTC';
}
