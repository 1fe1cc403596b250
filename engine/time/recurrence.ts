/** Pure: the days that a recurrence rule (RFC 5545) comes to. */
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';
import { atLocal, type LocalTime, localDate } from './local.ts';

/** Answers of `everComes`: the same few rules are asked about again and again while one edits, and "never" takes long to find. */
const known = new Map<string, boolean>();
const mostKnown = 200;

/** Whether there is any day to which the rule comes, counted from `start`. @throws {RangeError} when the rule is none. */
export function everComes(rule: string, start: string): boolean {
  const key = `${rule} ${start}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const answer =
    nextDay(rule, start, Temporal.PlainDate.from(start).subtract({ days: 1 }).toString()) !== null;
  if (known.size >= mostKnown) known.clear();
  known.set(key, answer);
  return answer;
}

/**
 * The next instants (ms) after `after` (ms) to which the rule comes, at that time of day in that zone, at most so many.
 * @throws {RangeError} when the rule is none.
 */
export function nextInstants(
  { rule, start, at }: { rule: string; start: string; at: LocalTime },
  { after, timeZone, most }: { after: number; timeZone: string; most: number },
): number[] {
  const found: number[] = [];
  let day = localDate(after - 86_400_000, timeZone);
  while (found.length < most) {
    const next = nextDay(rule, start, day);
    if (next === null) break;
    const instant = atLocal(next, at, timeZone);
    if (instant > after) found.push(instant);
    day = next;
  }
  return found;
}

/**
 * The first day after `after` on which the rule comes, counted from `start`; all of them YYYY-MM-DD. Null: it has come
 * to its end. A rule that never comes (30 February) has come to its end as well.
 * @throws {RangeError} when the rule is none.
 */
export function nextDay(rule: string, start: string, after: string): string | null {
  // In UTC, at noon: days are all that is asked for, and no clock is changed there.
  const noon = (date: string) =>
    Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: 'UTC', plainTime: '12:00' });
  const before = Temporal.PlainDate.compare(after, start) < 0;
  const rules = new RRuleTemporal({ rruleString: `RRULE:${rule}`, dtstart: noon(start), tzid: 'UTC' });
  const from = new Date((before ? noon(start).subtract({ days: 1 }) : noon(after)).epochMilliseconds);
  try {
    return rules.next(from)?.toPlainDate().toString() ?? null;
  } catch (error) {
    // So the library says that it looked for thousands of years.
    if (error instanceof Error && /maximum (iterations|candidate)/i.test(error.message)) return null;
    throw error;
  }
}
