/** Pure: durations and instants as a recruiter reads them. */
import { Temporal } from 'temporal-polyfill';
import { isTimeZone } from './calendar.ts';
import { type Duration, parseDuration } from './duration.ts';
import { workingDaysIn } from './windows.ts';

const units = ['years', 'months', 'weeks', 'days', 'hours', 'minutes', 'seconds'] as const;
/** From Monday. */
export const weekdayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `P3D` → "3 days", `P1DT2H` → "1 day 2 hours". What is no duration comes back as it is. */
export function durationInWords(duration: Duration): string {
  const parsed = parseDuration(duration);
  if (!parsed) return duration;
  const words = units
    .filter((unit) => parsed[unit] > 0)
    .map((unit) => `${parsed[unit]} ${parsed[unit] === 1 ? unit.slice(0, -1) : unit}`);
  return words.length > 0 ? words.join(' ') : duration;
}

/** `P1W` → "5 working days". What does not count in days comes back as `durationInWords` has it. */
export function workingInWords(duration: Duration): string {
  const days = workingDaysIn(duration);
  return days === null ? durationInWords(duration) : `${days} working ${days === 1 ? 'day' : 'days'}`;
}

/** "Tue 24 Nov, 9:00": the year only where it is not that of `nowMs`. An unknown zone counts as UTC. */
export function wallClockInWords(ms: number, timeZone: string, nowMs: number): string {
  const zone = isTimeZone(timeZone) ? timeZone : 'UTC';
  const at = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
  const now = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone);
  const year = at.year === now.year ? '' : ` ${at.year}`;
  return `${weekdayNames[at.dayOfWeek - 1]} ${at.day} ${months[at.month - 1]}${year}, ${at.hour}:${String(at.minute).padStart(2, '0')}`;
}

/** "Lisbon" for `Europe/Lisbon`. */
export const zoneInWords = (timeZone: string): string =>
  (timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' ');

/** "Tue 24 Nov, 9:00 (Lisbon)": an instant never stands without its zone. */
export function instantInWords(ms: number, timeZone: string, nowMs: number): string {
  return `${wallClockInWords(ms, timeZone, nowMs)} (${zoneInWords(isTimeZone(timeZone) ? timeZone : 'UTC')})`;
}
