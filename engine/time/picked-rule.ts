/** Pure: the recurrence rules that people pick, taken apart and put together. Whatever goes beyond them stays as it is written. */

import { dayCodes } from './recurrence-words.ts';
import { dayOf, partsOf } from './rule.ts';

/** Weekdays are ISO numbers, 1 Monday to 7 Sunday. */
export type Recurrence = (
  | { every: 'day' }
  | { every: 'week'; weekdays: number[] }
  /** -1: the last day of the month. */
  | { every: 'month-day'; monthDay: number }
  /** The second Tuesday; -1: the last. */
  | { every: 'month-weekday'; nth: number; weekday: number }
) & {
  /** Every so many days, weeks or months. */
  interval: number;
  /** YYYY-MM-DD, itself included. */
  until?: string;
  /** So many times in all. */
  count?: number;
};
export type Every = Recurrence['every'];

const isoDay = (code: string): number => (dayCodes as readonly string[]).indexOf(code) + 1;
const code = (weekday: number): string => dayCodes[weekday - 1] ?? 'MO';
const common = ['FREQ', 'INTERVAL', 'UNTIL', 'COUNT', 'WKST'];
/** The weekdays that `nth` may name. */
export const nths = [1, 2, 3, 4, -1];

/** Null: it says more than can be picked. */
export function pickedRule(rule: string): Recurrence | null {
  const parts = partsOf(rule);
  if (!parts || (parts.has('UNTIL') && parts.has('COUNT'))) return null;
  const own = [...parts.keys()].filter((name) => !common.includes(name)).join();
  const every = everyOf(parts.get('FREQ') ?? '', own, parts);
  // Which day a week begins with only matters beside an interval, and what is picked begins it on Monday.
  if (!every || (parts.get('WKST') ?? 'MO') !== 'MO') return null;
  const until = parts.get('UNTIL');
  const count = parts.get('COUNT');
  return {
    ...every,
    interval: Number(parts.get('INTERVAL') ?? 1),
    ...(until ? { until: dayOf(until) } : {}),
    ...(count ? { count: Number(count) } : {}),
  };
}

function everyOf(frequency: string, own: string, parts: Map<string, string>) {
  const days = parts.get('BYDAY')?.split(',') ?? [];
  if (frequency === 'DAILY' && own === '') return { every: 'day' } as const;
  if (frequency === 'WEEKLY' && own === 'BYDAY' && days.every((day) => isoDay(day) > 0))
    return { every: 'week', weekdays: [...new Set(days.map(isoDay))].toSorted() } as const;
  if (frequency !== 'MONTHLY') return null;
  const monthDay = Number(parts.get('BYMONTHDAY'));
  if (own === 'BYMONTHDAY' && (monthDay >= 1 || monthDay === -1))
    return { every: 'month-day', monthDay } as const;
  const [, nth, weekday = ''] = /^\+?(-?\d)(\w\w)$/.exec(days.join()) ?? [];
  if (own === 'BYDAY' && nths.includes(Number(nth)))
    return { every: 'month-weekday', nth: Number(nth), weekday: isoDay(weekday) } as const;
  return null;
}

const frequencies: Record<Every, string> = {
  day: 'DAILY',
  week: 'WEEKLY',
  'month-day': 'MONTHLY',
  'month-weekday': 'MONTHLY',
};

/** A week without weekdays is one of Mondays. */
export function ruleOf(picked: Recurrence): string {
  const { every, interval, until, count } = picked;
  const on: Record<Every, () => string> = {
    day: () => '',
    week: () =>
      `BYDAY=${(picked.every === 'week' && picked.weekdays.length > 0 ? picked.weekdays : [1]).map(code).join()}`,
    'month-day': () => `BYMONTHDAY=${picked.every === 'month-day' ? picked.monthDay : 1}`,
    'month-weekday': () =>
      picked.every === 'month-weekday' ? `BYDAY=${picked.nth}${code(picked.weekday)}` : '',
  };
  return [
    `FREQ=${frequencies[every]}`,
    interval > 1 ? `INTERVAL=${interval}` : '',
    on[every](),
    until ? `UNTIL=${until.replaceAll('-', '')}` : '',
    count ? `COUNT=${count}` : '',
  ]
    .filter(Boolean)
    .join(';');
}
