/** The forecast's charts and its address: what is counted where, and whom the address means. */
import { expect, test } from 'vitest';
import { barsOf, type Day, peakOf, weekOf } from '../../ui/flow/forecast/chart.ts';
import { cohortIn } from '../../ui/flow/forecast/cohort.ts';

const on = (date: string, mails: number, hour = 9): Day => ({
  date,
  mails,
  hours: Array.from({ length: 24 }, (_, each) => (each === hour ? mails : 0)),
});

test('every day from the first mail to the last is a bar, also across a change of clocks', () => {
  const { by, bars } = barsOf([on('2026-03-27', 2), on('2026-03-30', 1)]);
  expect(by).toBe('day');
  expect(bars).toEqual([
    { date: '2026-03-27', mails: 2 },
    { date: '2026-03-28', mails: 0 },
    { date: '2026-03-29', mails: 0 },
    { date: '2026-03-30', mails: 1 },
  ]);
  expect(barsOf([]).bars).toEqual([]);
});

test('more than two months are told by weeks, which begin on Mondays, and nothing is lost', () => {
  const { by, bars } = barsOf([on('2026-11-25', 3), on('2026-11-29', 1), on('2027-11-24', 2)]);
  expect(by).toBe('week');
  expect([bars[0], bars.at(-1)]).toEqual([
    { date: '2026-11-23', mails: 4 },
    { date: '2027-11-22', mails: 2 },
  ]);
  expect(bars).toHaveLength(53);
});

test('hours are counted by weekday, Monday first', () => {
  const week = weekOf([on('2026-11-23', 2, 14), on('2026-11-30', 1, 14), on('2026-11-29', 5, 8)]);
  expect([week[0]?.[14], week[6]?.[8]]).toEqual([3, 5]);
  expect(week.flat().reduce((sum, each) => sum + each, 0)).toBe(8);
});

test('of several days with as many mails the first is the peak', () => {
  expect(peakOf([on('2026-11-23', 2), on('2026-11-24', 3), on('2026-11-25', 3)])?.date).toBe('2026-11-24');
  expect(peakOf([])).toBeNull();
});

test.each<[string, unknown]>([
  ['', { events: { days: 90 } }],
  ['cohort=events-30', { events: { days: 30 } }],
  ['cohort=everyone', { events: { days: 90 } }],
  ['cohort=pool', null],
  ['cohort=pool&pool=p', { poolId: 'p' }],
  ['cohort=condition', null],
  ['cohort=condition&when={', null],
  [
    `cohort=condition&when=${encodeURIComponent('{"field":"candidate.company","op":"is","value":"x"}')}`,
    { condition: { field: 'candidate.company', op: 'is', value: 'x' } },
  ],
])('the address “%s” means this cohort', (query, cohort) => {
  expect(cohortIn(new URLSearchParams(query))).toEqual(cohort);
});
