/** Pure: the days that a recurrence rule (RFC 5545) comes to. */
import { RRuleTemporal } from 'rrule-temporal';
import { Temporal } from 'temporal-polyfill';

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
