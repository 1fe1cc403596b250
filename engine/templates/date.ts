/** Pure: `{{ application.appliedAt | date: "%-d %B %Y" }}`, on the candidate's calendar. */
import { Temporal } from 'temporal-polyfill';
import { asInstant } from '../conditions/memory.ts';
import { dayNames as days, monthNames as months } from '../time/names.ts';
import { TemplateProblem } from './template-problem.ts';

const two = (number: number): string => String(number).padStart(2, '0');

const parts: Record<string, (at: Temporal.ZonedDateTime) => string> = {
  Y: (at) => String(at.year),
  m: (at) => two(at.month),
  d: (at) => two(at.day),
  '-d': (at) => String(at.day),
  e: (at) => String(at.day),
  B: (at) => months[at.month - 1] ?? '',
  b: (at) => (months[at.month - 1] ?? '').slice(0, 3),
  A: (at) => days[at.dayOfWeek - 1] ?? '',
  a: (at) => (days[at.dayOfWeek - 1] ?? '').slice(0, 3),
  H: (at) => two(at.hour),
  M: (at) => two(at.minute),
  '%': () => '%',
};

/**
 * `format` knows %Y %m %d %-d %e %B %b %A %a %H %M. Nothing to format stays nothing, for a fallback to fill.
 * @throws {TemplateProblem} when the value is no instant ("now" is none: a template has no clock) or the format unknown.
 */
export function dateInWords(value: unknown, format: string, timeZone: string): string | null {
  if (value === null || value === undefined || value === '') return null;
  const at = asInstant(value);
  if (at === null) throw new TemplateProblem(`“${String(value)}” is not a date.`);
  // A plain date is the same day everywhere.
  const isPlain = typeof value === 'string' && value.length === 10;
  const zoned = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(isPlain ? 'UTC' : timeZone);
  return format.replace(/%(-?.)/g, (whole, letter: string) => {
    const part = parts[letter];
    if (!part) throw new TemplateProblem(`“${whole}” is not a part of a date.`);
    return part(zoned);
  });
}
