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
    const [name = '', value = ''] = part.split('=');
    if (!Object.hasOwn(parts, name) || found.has(name) || !parts[name]?.test(value)) return null;
    found.set(name, value);
  }
  const until = found.get('UNTIL');
  if (until && !isDate(dayOf(until))) return null;
  return found.has('FREQ') ? found : null;
}

/** `20261231` → `2026-12-31`. */
export const dayOf = (compact: string): string =>
  `${compact.slice(0, 4)}-${compact.slice(4, 6)}-${compact.slice(6)}`;

/** True for a rule of days, weeks, months or years, in capitals and without DTSTART. */
export const isRule = (text: string): boolean => partsOf(text) !== null;
