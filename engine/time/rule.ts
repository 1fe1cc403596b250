/** Pure: recurrence rules (RFC 5545) as a flow may have them: of whole days. What they come to is `recurrence.ts`. */
import { isDate } from './date.ts';

const day = '(?:[+-]?(?:[1-9]|[1-4]\\d|5[0-3]))?(?:MO|TU|WE|TH|FR|SA|SU)';
const upTo = (most: string) => `-?(?:${most})`;
const list = (one: string) => `${one}(?:,${one})*`;
// A number that no calendar has would be passed over in silence, and the rule would mean something else.
const daysOfYear = '[1-9]\\d?|[12]\\d\\d|3[0-5]\\d|36[0-6]';
const parts: Record<string, RegExp> = Object.fromEntries(
  Object.entries({
    FREQ: 'DAILY|WEEKLY|MONTHLY|YEARLY',
    INTERVAL: '[1-9]\\d{0,2}',
    COUNT: '[1-9]\\d{0,4}',
    UNTIL: '\\d{8}',
    BYDAY: list(day),
    BYMONTH: list('(?:1[0-2]|[1-9])'),
    BYMONTHDAY: list(upTo('[1-9]|[12]\\d|3[01]')),
    BYYEARDAY: list(upTo(daysOfYear)),
    BYWEEKNO: list(upTo('[1-9]|[1-4]\\d|5[0-3]')),
    BYSETPOS: list(upTo(daysOfYear)),
    WKST: 'MO|TU|WE|TH|FR|SA|SU',
  }).map(([name, pattern]) => [name, new RegExp(`^(?:${pattern})$`)]),
);

/** Null: it is none. */
export function partsOf(rule: string): Map<string, string> | null {
  const found = new Map<string, string>();
  for (const part of rule.split(';')) {
    const [name = '', value = '', more] = part.split('=');
    if (more !== undefined || !Object.hasOwn(parts, name) || found.has(name) || !parts[name]?.test(value))
      return null;
    found.set(name, value);
  }
  const until = found.get('UNTIL');
  if (until && !isDate(dayOf(until))) return null;
  return found.has('FREQ') ? found : null;
}

/** `20261231` → `2026-12-31`. */
export const dayOf = (compact: string): string =>
  `${compact.slice(0, 4)}-${compact.slice(4, 6)}-${compact.slice(6)}`;

type Conflict = (has: (name: string) => boolean, frequency: string, days: string[]) => boolean;
const isNumbered = (day: string): boolean => day.length > 2;

/**
 * What RFC 5545 forbids, or leaves so open that calendars differ: what came of it would not be what is read. Each with
 * its half sentence.
 */
const conflicts: [Conflict, string][] = [
  [(has) => has('COUNT') && has('UNTIL'), 'COUNT and UNTIL do not go together'],
  [
    (has, frequency) => frequency === 'WEEKLY' && has('BYMONTHDAY'),
    'BYMONTHDAY does not go with weeks; use FREQ=MONTHLY',
  ],
  [
    (_has, frequency, days) => (frequency === 'DAILY' || frequency === 'WEEKLY') && days.some(isNumbered),
    'a numbered day such as 1MO goes with months and years only',
  ],
  [
    (has, frequency, days) =>
      frequency === 'YEARLY' &&
      days.some(isNumbered) &&
      (has('BYMONTHDAY') || !(has('BYMONTH') || days.every(isNumbered))),
    'in a year, numbered days such as 1MO need BYMONTH and stand without BYMONTHDAY',
  ],
  [
    (has, frequency, days) =>
      has('BYWEEKNO') &&
      (frequency !== 'YEARLY' ||
        days.length === 0 ||
        days.some(isNumbered) ||
        ['BYMONTH', 'BYMONTHDAY', 'BYSETPOS', 'INTERVAL'].some(has)),
    'BYWEEKNO goes with FREQ=YEARLY and plain days such as BYDAY=MO, and nothing else',
  ],
  [
    (has, frequency) =>
      has('BYYEARDAY') &&
      (frequency !== 'YEARLY' || ['BYMONTH', 'BYMONTHDAY', 'BYWEEKNO', 'BYDAY', 'BYSETPOS'].some(has)),
    'BYYEARDAY goes with FREQ=YEARLY, and with no other days, weeks or months',
  ],
  [
    (has, frequency) => has('BYSETPOS') && (frequency === 'DAILY' || !(has('BYDAY') || has('BYMONTHDAY'))),
    'BYSETPOS picks from the days of a week, month or year; say which with BYDAY or BYMONTHDAY',
  ],
];

/** Why it cannot be used, as half a sentence. Null: it is a rule of days, weeks, months or years, in capitals and without DTSTART. */
export function problemOf(rule: string): string | null {
  const found = partsOf(rule);
  if (!found) return 'write it like FREQ=WEEKLY;BYDAY=MO';
  const days = found.get('BYDAY')?.split(',') ?? [];
  const has = (name: string) => found.has(name);
  return conflicts.find(([isThere]) => isThere(has, found.get('FREQ') ?? '', days))?.[1] ?? null;
}

export const isRule = (text: string): boolean => problemOf(text) === null;
