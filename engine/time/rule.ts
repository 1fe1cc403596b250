/** Pure: recurrence rules (RFC 5545) as a flow may have them: of whole days. What they come to is `recurrence.ts`. */

const day = '[+-]?\\d{0,2}(?:MO|TU|WE|TH|FR|SA|SU)';
const number = '-?\\d{1,3}';
const list = (one: string) => `${one}(?:,${one})*`;
const parts: Record<string, RegExp> = Object.fromEntries(
  Object.entries({
    FREQ: 'DAILY|WEEKLY|MONTHLY|YEARLY',
    INTERVAL: '[1-9]\\d{0,2}',
    COUNT: '[1-9]\\d{0,4}',
    UNTIL: '\\d{8}',
    BYDAY: list(day),
    BYMONTH: list('(?:1[0-2]|[1-9])'),
    BYMONTHDAY: list(number),
    BYYEARDAY: list(number),
    BYWEEKNO: list(number),
    BYSETPOS: list(number),
    WKST: 'MO|TU|WE|TH|FR|SA|SU',
  }).map(([name, pattern]) => [name, new RegExp(`^(?:${pattern})$`)]),
);

function partsOf(rule: string): Map<string, string> | null {
  const found = new Map<string, string>();
  for (const part of rule.split(';')) {
    const [name = '', value = ''] = part.split('=');
    if (!Object.hasOwn(parts, name) || found.has(name) || !parts[name]?.test(value)) return null;
    found.set(name, value);
  }
  return found.has('FREQ') ? found : null;
}

/** True for a rule of days, weeks, months or years, in capitals and without DTSTART. */
export const isRule = (text: string): boolean => partsOf(text) !== null;

const units: Record<string, [one: string, many: string]> = {
  DAILY: ['day', 'days'],
  WEEKLY: ['week', 'weeks'],
  MONTHLY: ['month', 'months'],
  YEARLY: ['year', 'years'],
};
const days: Record<string, string> = {
  MO: 'Monday',
  TU: 'Tuesday',
  WE: 'Wednesday',
  TH: 'Thursday',
  FR: 'Friday',
  SA: 'Saturday',
  SU: 'Sunday',
};
const joined = (words: string[]): string =>
  words.length > 1 ? `${words.slice(0, -1).join(', ')} and ${words.at(-1)}` : words.join('');

/** "Every 2 weeks on Monday and Thursday". What goes beyond that is only hinted at. */
export function ruleInWords(rule: string): string {
  const found = partsOf(rule);
  const [one, many] = units[found?.get('FREQ') ?? ''] ?? ['time', 'times'];
  const interval = Number(found?.get('INTERVAL') ?? 1);
  const every = interval === 1 ? `Every ${one}` : `Every ${interval} ${many}`;
  const named = found?.get('BYDAY')?.split(',') ?? [];
  const on = named.every((each) => Object.hasOwn(days, each)) ? named.map((each) => days[each] ?? '') : [];
  const rest = [...(found?.keys() ?? [])].some(
    (name) => /^BY|COUNT|UNTIL/.test(name) && !(name === 'BYDAY' && on.length > 0),
  );
  return `${every}${on.length > 0 ? ` on ${joined(on)}` : ''}${rest ? ', on some days' : ''}`;
}
