/** Recurrence rules of days: which are taken, how they read, and which days they come to. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { daysOfYears, isDate } from '../../engine/time/date.ts';
import { pickedRule, ruleOf } from '../../engine/time/picked-rule.ts';
import { everComes, nextDay, nextInstants } from '../../engine/time/recurrence.ts';
import { ruleInWords } from '../../engine/time/recurrence-words.ts';
import { isRule } from '../../engine/time/rule.ts';
import { datesComing, nextTick, turnsBetween } from '../../engine/time/ticks.ts';
import { naiveDays } from './naive-rule.ts';

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
    // Numbers that no calendar has: the rule would come on other days than it says.
    'FREQ=MONTHLY;BYMONTHDAY=32',
    'FREQ=MONTHLY;BYMONTHDAY=0',
    'FREQ=MONTHLY;BYDAY=0MO',
    'FREQ=YEARLY;BYYEARDAY=367',
    'FREQ=YEARLY;BYWEEKNO=54',
    'FREQ=YEARLY;BYMONTH=13',
    'FREQ=DAILY;UNTIL=20260230',
    'FREQ=DAILY=WEEKLY',
    // RFC 5545 forbids them, or calendars differ about them.
    'FREQ=DAILY;COUNT=3;UNTIL=20261231',
    'FREQ=WEEKLY;BYMONTHDAY=13',
    'FREQ=WEEKLY;BYDAY=1MO',
    'FREQ=DAILY;BYDAY=2FR',
    'FREQ=MONTHLY;BYWEEKNO=20;BYDAY=MO',
    'FREQ=YEARLY;BYWEEKNO=52',
    'FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;INTERVAL=2',
    'FREQ=MONTHLY;BYYEARDAY=100',
    'FREQ=YEARLY;BYYEARDAY=100;BYDAY=MO',
    'FREQ=YEARLY;BYDAY=TH,1TH',
    'FREQ=YEARLY;BYDAY=1TH;BYMONTHDAY=1',
    'FREQ=MONTHLY;BYSETPOS=2',
    'FREQ=DAILY;BYMONTHDAY=1,2;BYSETPOS=2',
  ])
    expect(isRule(rule), rule).toBe(false);
});

test.for([
  ['FREQ=DAILY', 'Every day'],
  ['FREQ=DAILY;INTERVAL=3;COUNT=1', 'Every 3 days, once'],
  ['FREQ=WEEKLY;BYDAY=FR,MO,TU,WE,TH', 'Every weekday'],
  ['FREQ=WEEKLY;BYDAY=MO,WE,FR', 'Every week on Monday, Wednesday and Friday'],
  ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;COUNT=12', 'Every 2 weeks on Monday, 12 times'],
  ['FREQ=MONTHLY;BYMONTHDAY=1', 'Every month on the 1st'],
  ['FREQ=MONTHLY;BYMONTHDAY=22,-1', 'Every month on the 22nd and the last day'],
  ['FREQ=MONTHLY;BYMONTHDAY=13;UNTIL=20261231', 'Every month on the 13th, until 31 December 2026'],
  ['FREQ=MONTHLY;INTERVAL=3;BYDAY=2TU', 'Every 3 months on the second Tuesday'],
  ['FREQ=MONTHLY;BYDAY=-1FR', 'Every month on the last Friday'],
  ['FREQ=YEARLY;BYMONTH=3,9;BYDAY=1MO', 'Every year on the first Monday in March and September'],
  [
    'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
    'Every month on Monday, Tuesday, Wednesday, Thursday and Friday, on some days',
  ],
] as const)('“%s” reads “%s”', ([rule, words]) => {
  expect(ruleInWords(rule)).toBe(words);
});

const ending = fc.oneof(
  fc.constant({}),
  fc.constantFrom('2026-12-31', '2028-02-29').map((until) => ({ until })),
  fc.integer({ min: 1, max: 9999 }).map((count) => ({ count })),
);
const weekday = fc.integer({ min: 1, max: 7 });
const picked = fc
  .oneof(
    fc.constant({ every: 'day' as const }),
    fc
      .uniqueArray(weekday, { minLength: 1 })
      .map((weekdays) => ({ every: 'week' as const, weekdays: weekdays.toSorted() })),
    fc
      .oneof(fc.integer({ min: 1, max: 31 }), fc.constant(-1))
      .map((monthDay) => ({ every: 'month-day' as const, monthDay })),
    fc
      .tuple(fc.constantFrom(1, 2, 3, 4, -1), weekday)
      .map(([nth, day]) => ({ every: 'month-weekday' as const, nth, weekday: day })),
  )
  .chain((every) =>
    fc
      .tuple(fc.integer({ min: 1, max: 99 }), ending)
      .map(([interval, end]) => ({ ...every, interval, ...end })),
  );

test('whatever is picked is a rule, and the rule is read as what was picked', () => {
  fc.assert(
    fc.property(picked, (given) => {
      const rule = ruleOf(given);
      expect(isRule(rule), rule).toBe(true);
      expect(pickedRule(rule)).toEqual(given);
    }),
  );
});

test('a rule that says more than can be picked stays as it is written', () => {
  for (const rule of [
    'FREQ=YEARLY;BYMONTH=3;BYDAY=1MO',
    'FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1',
    'FREQ=MONTHLY;BYMONTHDAY=1,15',
    'FREQ=MONTHLY;BYDAY=1MO,3MO',
    'FREQ=MONTHLY;BYDAY=5MO',
    'FREQ=MONTHLY;BYMONTHDAY=-2',
    'FREQ=WEEKLY',
    'FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU',
    'FREQ=DAILY;BYDAY=MO',
    'every Monday',
  ])
    expect(pickedRule(rule), rule).toBeNull();
});

test('the next times are those after now, by the clock of the zone, across a change of it', () => {
  const after = Date.UTC(2026, 2, 28, 9, 0);
  const daily = { rule: 'FREQ=DAILY;COUNT=4', start: '2026-03-27', at: '09:00' };
  expect(
    nextInstants(daily, { after, timeZone: 'Europe/Lisbon', most: 9 }).map((ms) =>
      new Date(ms).toISOString(),
    ),
    'the 28th at 9:00 is now, and summer time begins on the 29th',
  ).toEqual(['2026-03-29T08:00:00.000Z', '2026-03-30T08:00:00.000Z']);
});

test('a rule that never comes is told from one that comes late or has come already', () => {
  for (const rule of [
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30',
    'FREQ=DAILY;UNTIL=20251231',
    'FREQ=DAILY;INTERVAL=7;BYDAY=TU',
  ])
    for (const asked of ['first', 'again'])
      expect(everComes(rule, '2026-01-05'), `${rule}, ${asked}`).toBe(false);
  for (const rule of [
    'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29',
    'FREQ=DAILY;COUNT=1',
    'FREQ=DAILY;UNTIL=20260105',
  ])
    expect(everComes(rule, '2026-01-05'), rule).toBe(true);
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

const few = (values: string[]) =>
  fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 }).map((some) => some.join());
const weekdays = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const sometimes = <T>(part: fc.Arbitrary<T>) => fc.option(part, { freq: 2 });
const written = fc
  .record({
    FREQ: fc.constantFrom('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'),
    INTERVAL: sometimes(fc.constantFrom('2', '3', '5')),
    BYDAY: sometimes(
      fc.oneof(few(weekdays), few(['1MO', '-1FR', '2TU', '3TH', '5SA']), few(['1MO', 'FR', '-1SU', 'WE'])),
    ),
    BYMONTH: sometimes(few(['1', '2', '3', '6', '12'])),
    BYMONTHDAY: sometimes(few(['1', '13', '28', '29', '31', '-1', '-2'])),
    BYYEARDAY: sometimes(few(['1', '60', '100', '366', '-1'])),
    BYWEEKNO: sometimes(few(['1', '20', '52', '53', '-1'])),
    BYSETPOS: sometimes(few(['1', '2', '-1'])),
    WKST: sometimes(fc.constantFrom(...weekdays)),
    COUNT: sometimes(fc.constantFrom('1', '4')),
    UNTIL: sometimes(fc.constantFrom('20261231', '20280229')),
  })
  .map((parts) =>
    Object.entries(parts)
      .flatMap(([name, value]) => (value === null ? [] : [`${name}=${value}`]))
      .join(';'),
  );

test('a rule that is taken comes on the very days that a calendar gone through day by day gives it', () => {
  fc.assert(
    fc.property(
      written.filter(isRule),
      fc.constantFrom('2026-01-05', '2026-02-28', '2024-02-29', '2026-12-31'),
      (rule, start) => {
        const end = '2029-01-01';
        const expected = naiveDays(rule, start, end).slice(0, 5);
        const found: string[] = [];
        for (let at = '2000-01-01'; found.length < Math.min(5, expected.length + 1); ) {
          const next = nextDay(rule, start, at);
          if (next === null || next > end) break;
          found.push(next);
          at = next;
        }
        expect(found, `${rule} from ${start}`).toEqual(expected);
      },
    ),
    { numRuns: 200 },
  );
});
