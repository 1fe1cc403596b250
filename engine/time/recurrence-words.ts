/** Pure: recurrence rules as sentences. */
import { dayNames, monthNames } from './names.ts';
import { dayOf, partsOf } from './rule.ts';

const units: Record<string, [one: string, many: string]> = {
  DAILY: ['day', 'days'],
  WEEKLY: ['week', 'weeks'],
  MONTHLY: ['month', 'months'],
  YEARLY: ['year', 'years'],
};
/** As RFC 5545 writes them, from Monday. */
export const dayCodes = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'] as const;
const inOrder = (codes: readonly string[]): string => codes.toSorted().join();
const workdays = inOrder(dayCodes.slice(0, 5));

const joined = (words: string[]): string =>
  words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${words.at(-1)}` : words.join('');

/** `1` → "1st", `22` → "22nd". */
const nth = (n: number): string => {
  const ending = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${ending}`;
};
const ranks = ['', 'first', 'second', 'third', 'fourth', 'fifth'];
/** Counted from the end where it is negative. */
const rank = (n: number): string => {
  if (n > 0) return ranks[n] ?? nth(n);
  return n === -1 ? 'last' : `${ranks[-n] ?? nth(-n)} last`;
};

/** `FR` → "Friday", `-1FR` → "the last Friday". */
function dayInWords(code: string): string {
  const [, number = '', day = ''] = /^([+-]?\d*)(\w\w)$/.exec(code) ?? [];
  const name = dayNames[(dayCodes as readonly string[]).indexOf(day)] ?? day;
  return number === '' ? name : `the ${rank(Number(number))} ${name}`;
}
const monthDayInWords = (n: number): string =>
  n > 0 ? `the ${nth(n)}` : n === -1 ? 'the last day' : `the ${rank(n)} day`;

/** 2026-12-31 → "31 December 2026". */
export const dateInWords = (date: string): string => {
  const [year, month, day] = date.split('-').map(Number);
  return `${day} ${monthNames[(month ?? 1) - 1]} ${year}`;
};

/** "Every 2 weeks on Monday and Thursday, until 31 December 2026". What goes beyond the usual is only hinted at. */
export function ruleInWords(rule: string): string {
  const found = partsOf(rule) ?? new Map<string, string>();
  const [one, many] = units[found.get('FREQ') ?? ''] ?? ['time', 'times'];
  const interval = Number(found.get('INTERVAL') ?? 1);
  const days = found.get('BYDAY');
  const monthDays = found.get('BYMONTHDAY')?.split(',').map(Number);
  const months = found.get('BYMONTH')?.split(',').map(Number);
  const until = found.get('UNTIL');
  const times = found.get('COUNT');
  const everyWorkday =
    found.get('FREQ') === 'WEEKLY' &&
    interval === 1 &&
    days !== undefined &&
    inOrder(days.split(',')) === workdays;
  const beyond = ['BYYEARDAY', 'BYWEEKNO', 'BYSETPOS'].some((name) => found.has(name)) || (days && monthDays);
  return [
    everyWorkday ? 'Every weekday' : interval === 1 ? `Every ${one}` : `Every ${interval} ${many}`,
    days && !everyWorkday && !monthDays ? ` on ${joined(days.split(',').map(dayInWords))}` : '',
    monthDays && !days ? ` on ${joined(monthDays.map(monthDayInWords))}` : '',
    months ? ` in ${joined(months.map((month) => monthNames[month - 1] ?? ''))}` : '',
    beyond ? ', on some days' : '',
    times ? (times === '1' ? ', once' : `, ${times} times`) : '',
    until ? `, until ${dateInWords(dayOf(until))}` : '',
  ].join('');
}
