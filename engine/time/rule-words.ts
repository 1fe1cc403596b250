/** Pure: the rules by which waits end, as a recruiter says them. */
import { findField } from '../conditions/fields.ts';
import type { DateRule, LocalRule } from '../plan/ops.ts';
import type { Weekday } from './local.ts';
import { durationInWords, weekdayNames } from './words.ts';

/** `09:00` → "9:00". */
export const timeInWords = (time: string): string => time.replace(/^0(?=\d:)/, '');

/** "weekday", "weekend day", "Mon or Wed", "day". */
export function daysInWords(weekdays: readonly Weekday[] = []): string {
  const days = [...new Set(weekdays)].sort();
  const key = days.join('');
  if (key === '' || key === '1234567') return 'day';
  if (key === '12345') return 'weekday';
  if (key === '67') return 'weekend day';
  const names = days.map((day) => weekdayNames[day - 1]);
  return names.length === 1 ? String(names[0]) : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

/** "next weekday 9:00", "next 9:00", "weekday between 9:00 and 17:00"; "no public holiday" is added. */
export function localRuleInWords({ time, latest, weekdays, skipHolidays }: LocalRule): string {
  const days = daysInWords(weekdays);
  const holidays = skipHolidays ? ', no public holiday' : '';
  if (latest !== undefined)
    return `${days === 'day' ? '' : `${days} `}between ${timeInWords(time)} and ${timeInWords(latest)}${holidays}`;
  return `next ${days === 'day' ? '' : `${days} `}${timeInWords(time)}${holidays}`;
}

/** "3 days before Start date, 9:00", "Known since". */
export function dateRuleInWords({ field, by, before, time }: DateRule): string {
  const label = findField(field)?.label ?? field;
  const off = by === undefined ? '' : `${durationInWords(by)} ${before ? 'before' : 'after'} `;
  return `${off}${label}${time === undefined ? '' : `, ${timeInWords(time)}`}`;
}
