/** An oracle: recurrence rules (RFC 5545) by going through the calendar day by day and asking each part of the rule. */
import { weekdayOf } from './naive-clock.ts';

const day = 86_400_000;
const codes = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const dated = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const midnight = (date: string): number => Date.parse(`${date}T00:00Z`);
const firstOf = (year: number, month = 0): number => Date.UTC(year, month, 1);
const yearOf = (ms: number): number => new Date(ms).getUTCFullYear();
const monthOf = (ms: number): number => new Date(ms).getUTCMonth();
/** From 0, the day with which weeks begin. */
const dayOfWeek = (ms: number, begins = 0): number => (weekdayOf(dated(ms)) - 1 - begins + 7) % 7;

/** `ms` is the nth of so many, counted from the front or from the back. */
const isNth = (n: number, nth: number, of: number): boolean => n === nth || n === nth - of - 1;

/** The days from `start` up to `end` on which it comes. */
export function naiveDays(rule: string, start: string, end: string): string[] {
  const parts: Record<string, string | undefined> = Object.fromEntries(
    rule.split(';').map((part) => part.split('=')),
  );
  const numbers = (name: string) => parts[name]?.split(',').map(Number);
  const frequency = parts.FREQ ?? '';
  const interval = Number(parts.INTERVAL ?? 1);
  const begins = codes.indexOf(parts.WKST ?? 'MO');
  const first = midnight(start);
  const days = parts.BYDAY?.split(',').map((code) => ({
    nth: Number(code.slice(0, -2)),
    weekday: codes.indexOf(code.slice(-2)),
  }));
  const [months, monthDays, yearDays, weeks] = ['BYMONTH', 'BYMONTHDAY', 'BYYEARDAY', 'BYWEEKNO'].map(
    numbers,
  );

  const startOfPeriod = (nth: number): number => {
    const n = nth * interval;
    if (frequency === 'DAILY') return first + n * day;
    if (frequency === 'WEEKLY') return first + (7 * n - dayOfWeek(first, begins)) * day;
    if (frequency === 'MONTHLY') return firstOf(yearOf(first), monthOf(first) + n);
    return firstOf(yearOf(first) + n);
  };
  const endOfPeriod = (from: number): number => {
    if (frequency === 'DAILY') return from + day;
    if (frequency === 'WEEKLY') return from + 7 * day;
    if (frequency === 'MONTHLY') return firstOf(yearOf(from), monthOf(from) + 1);
    return firstOf(yearOf(from) + 1);
  };

  const bounds = (ms: number): [from: number, to: number] =>
    frequency === 'MONTHLY' || months
      ? [firstOf(yearOf(ms), monthOf(ms)), firstOf(yearOf(ms), monthOf(ms) + 1)]
      : [firstOf(yearOf(ms)), firstOf(yearOf(ms) + 1)];
  const isDay = (ms: number): boolean =>
    days?.some(({ nth, weekday }) => {
      if (weekday !== dayOfWeek(ms)) return false;
      const [from, to] = bounds(ms);
      const before = Math.floor((ms - from) / day / 7);
      const after = Math.floor((to - day - ms) / day / 7);
      return nth === 0 || isNth(nth, before + 1, before + after + 1);
    }) ?? true;
  const isMonthDay = (ms: number): boolean => {
    const [from, to] = [firstOf(yearOf(ms), monthOf(ms)), firstOf(yearOf(ms), monthOf(ms) + 1)];
    return monthDays?.some((n) => isNth(n, (ms - from) / day + 1, (to - from) / day)) ?? true;
  };
  const isYearDay = (ms: number): boolean => {
    const [from, to] = [firstOf(yearOf(ms)), firstOf(yearOf(ms) + 1)];
    return yearDays?.some((n) => isNth(n, (ms - from) / day + 1, (to - from) / day)) ?? true;
  };
  /** A week is of the year in which most of it lies. */
  const isWeek = (ms: number): boolean => {
    const monday = ms - dayOfWeek(ms, begins) * day;
    const year = yearOf(monday + 3 * day);
    const firstWeek = (of: number) => Date.UTC(of, 0, 4) - dayOfWeek(Date.UTC(of, 0, 4), begins) * day;
    const count = (firstWeek(year + 1) - firstWeek(year)) / day / 7;
    return weeks?.some((n) => isNth(n, (monday - firstWeek(year)) / day / 7 + 1, count)) ?? true;
  };
  /** What the rule leaves open is as it was at the start. */
  const isLikeStart = (ms: number): boolean => {
    if (days || monthDays || yearDays || weeks || frequency === 'DAILY') return true;
    if (frequency === 'WEEKLY') return dayOfWeek(ms) === dayOfWeek(first);
    const sameDay = new Date(ms).getUTCDate() === new Date(first).getUTCDate();
    return sameDay && (frequency === 'MONTHLY' || months !== undefined || monthOf(ms) === monthOf(first));
  };

  const found: string[] = [];
  for (let period = 0; startOfPeriod(period) <= midnight(end); period++) {
    const from = startOfPeriod(period);
    const until = endOfPeriod(from);
    const set = Array.from({ length: Math.round((until - from) / day) }, (_, n) => from + n * day).filter(
      (ms) =>
        (months?.includes(monthOf(ms) + 1) ?? true) &&
        [isDay, isMonthDay, isYearDay, isWeek, isLikeStart].every((fits) => fits(ms)),
    );
    const picked = numbers('BYSETPOS');
    for (const ms of picked ? set.filter((_, at) => picked.some((n) => isNth(n, at + 1, set.length))) : set)
      if (ms >= first && ms <= midnight(end)) found.push(dated(ms));
  }
  const last = parts.UNTIL?.replace(/(....)(..)(..)/, '$1-$2-$3') ?? end;
  return found.slice(0, Number(parts.COUNT ?? found.length)).filter((date) => date <= last);
}
