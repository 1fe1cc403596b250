/** Recurrence rules of days: which are taken, how they read, and which days they come to. */
import { expect, test } from 'vitest';
import { daysOfYears, isDate } from '../../engine/time/date.ts';
import { nextDay } from '../../engine/time/recurrence.ts';
import { isRule, ruleInWords } from '../../engine/time/rule.ts';
import { datesComing, nextTick, turnsBetween } from '../../engine/time/ticks.ts';

const days = (rule: string, start: string, after: string, many: number) => {
  const found: string[] = [];
  for (let day = nextDay(rule, start, after); day && found.length < many; day = nextDay(rule, start, day))
    found.push(day);
  return found;
};

test('rules come to the days that they say, counted from their start', () => {
  expect(days('FREQ=WEEKLY;INTERVAL=2;BYDAY=MO', '2026-01-05', '2026-11-01', 2)).toEqual([
    '2026-11-09',
    '2026-11-23',
  ]);
  expect(days('FREQ=MONTHLY;BYDAY=-1FR', '2026-01-01', '2026-11-01', 2)).toEqual([
    '2026-11-27',
    '2026-12-25',
  ]);
  expect(days('FREQ=MONTHLY;BYMONTHDAY=31', '2026-01-31', '2026-03-31', 2)).toEqual([
    '2026-05-31',
    '2026-07-31',
  ]);
  expect(days('FREQ=DAILY;COUNT=3', '2026-01-05', '2025-12-01', 9)).toEqual([
    '2026-01-05',
    '2026-01-06',
    '2026-01-07',
  ]);
  expect(days('FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29', '2024-02-29', '2026-01-01', 2)).toEqual([
    '2028-02-29',
    '2032-02-29',
  ]);
  expect(nextDay('FREQ=DAILY;UNTIL=20260106', '2026-01-05', '2026-01-06')).toBeNull();
});

test('only rules of whole days are taken', () => {
  for (const rule of [
    'FREQ=DAILY',
    'FREQ=WEEKLY;BYDAY=MO,TH;WKST=SU',
    'FREQ=MONTHLY;BYDAY=1MO,-1FR;BYSETPOS=1',
  ])
    expect(isRule(rule), rule).toBe(true);
  for (const rule of [
    '',
    'DAILY',
    'FREQ=HOURLY',
    'FREQ=DAILY;BYHOUR=9',
    'FREQ=DAILY;DTSTART=20260101',
    'FREQ=DAILY;',
    'freq=daily',
    'INTERVAL=2',
  ])
    expect(isRule(rule), rule).toBe(false);
  expect(ruleInWords('FREQ=WEEKLY;BYDAY=MO,WE,FR')).toBe('Every week on Monday, Wednesday and Friday');
  expect(ruleInWords('FREQ=MONTHLY;BYMONTHDAY=1')).toBe('Every month, on some days');
});

test('a day is one that there is', () => {
  expect(['2024-02-29', '2026-12-31', '0001-01-01'].map(isDate)).toEqual([true, true, true]);
  expect(['2026-02-29', '2026-13-01', '2026-00-10', '2026-1-1', ''].map(isDate)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
  expect(daysOfYears('02-29', 2019, 2026)).toEqual(['2020-02-29', '2024-02-29']);
});

test('the time of day comes round in each zone, also where it lies on another day', () => {
  const at = Date.UTC(2026, 10, 24, 12);
  const zones = ['Pacific/Auckland', 'Pacific/Honolulu', 'Europe/Lisbon'];
  const next = nextTick(at, '09:00', zones);
  expect(new Date(next).toISOString()).toBe('2026-11-24T19:00:00.000Z');
  expect(
    turnsBetween(at, at + 86_400_000, '09:00', zones).map(({ zone, date }) => `${zone} ${date}`),
  ).toEqual(['Pacific/Auckland 2026-11-25', 'Pacific/Honolulu 2026-11-24', 'Europe/Lisbon 2026-11-25']);
});

test('several dates may come on one day: short months gather them, and 29 February where it is not', () => {
  expect(datesComing('2027-02-28', 'P1M', 'after').once).toEqual([
    '2027-01-28',
    '2027-01-29',
    '2027-01-30',
    '2027-01-31',
  ]);
  expect(datesComing('2027-02-28', null, 'after').yearly.map(({ monthDay }) => monthDay)).toEqual([
    '02-28',
    '02-29',
  ]);
  expect(datesComing('2028-02-28', null, 'after').yearly.map(({ monthDay }) => monthDay)).toEqual(['02-28']);
  expect(datesComing('2026-12-30', 'P3D', 'before').yearly).toEqual([{ monthDay: '01-02', year: 2027 }]);
});
