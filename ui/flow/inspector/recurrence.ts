/** Pure: what the picker of recurrences offers, and the rule it begins with when another way is chosen. */
import { type Every, nths, pickedRule, type Recurrence } from '../../../engine/time/picked-rule.ts';

/** `workday`: every week from Monday to Friday. `own`: written as a rule. */
export type Choice = Every | 'workday' | 'own';

const workdays = [1, 2, 3, 4, 5];

export function choiceOf(rule: string | undefined): Choice {
  const picked = rule === undefined ? null : pickedRule(rule);
  if (!picked) return 'own';
  const isWorkday =
    picked.every === 'week' && picked.interval === 1 && picked.weekdays.join() === workdays.join();
  return isWorkday ? 'workday' : picked.every;
}

/** On the day of `start` where it asks for one; how it ends is kept. `start` YYYY-MM-DD. */
export function beginning(
  choice: Exclude<Choice, 'own'>,
  start: string | undefined,
  before: Recurrence | null,
): Recurrence {
  const date = new Date(`${start ?? '2026-01-05'}T00:00:00Z`);
  const given = Number.isNaN(date.getTime()) ? new Date('2026-01-05T00:00:00Z') : date;
  const weekday = given.getUTCDay() || 7;
  const { until, count } = before ?? {};
  const rest = { interval: 1, ...(until ? { until } : {}), ...(count ? { count } : {}) };
  const nth = Math.ceil(given.getUTCDate() / 7);
  switch (choice) {
    case 'day':
      return { every: 'day', ...rest };
    case 'workday':
      return { every: 'week', weekdays: workdays, ...rest };
    case 'week':
      return { every: 'week', weekdays: [weekday], ...rest };
    case 'month-day':
      return { every: 'month-day', monthDay: given.getUTCDate(), ...rest };
    case 'month-weekday':
      return { every: 'month-weekday', nth: nths.includes(nth) ? nth : -1, weekday, ...rest };
  }
}

export type Ending = 'never' | 'until' | 'count';
export const endingOf = ({ until, count }: Recurrence): Ending =>
  until ? 'until' : count ? 'count' : 'never';

/** The same with another end. */
export function endingIn(picked: Recurrence, end: { until?: string; count?: number }): Recurrence {
  const { until: _until, count: _count, ...endless } = picked;
  return { ...endless, ...end };
}
