/** Windows and hours against clocks that are read minute by minute, on the days on which clocks are changed. */
import fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import { nextOpening } from '../../engine/contact/hours.ts';
import { isHoliday, loadHolidays } from '../../engine/time/holidays.ts';
import type { Weekday } from '../../engine/time/local.ts';
import { nextInWindow } from '../../engine/time/windows.ts';
import { firstMinute, isOpen, readClock, weekdayOf } from './naive-clock.ts';

beforeAll(loadHolidays);

/** The evening before clocks are changed: by an hour or half of one, at night, at midnight, over midnight, by a whole day. */
const evenings = [
  ['Europe/Berlin', '2026-03-28'],
  ['Europe/Berlin', '2026-10-24'],
  ['Europe/Dublin', '2026-10-24'],
  ['America/New_York', '2026-10-31'],
  ['America/Sao_Paulo', '2017-10-14'],
  ['America/Sao_Paulo', '2018-02-17'],
  ['America/St_Johns', '2010-03-13'],
  ['America/Nuuk', '2024-03-30'],
  ['America/Nuuk', '2024-10-26'],
  ['America/Scoresbysund', '2024-03-30'],
  ['Australia/Lord_Howe', '2026-10-03'],
  ['Pacific/Chatham', '2026-04-04'],
  ['Pacific/Apia', '2011-12-29'],
  ['Africa/Casablanca', '2026-02-14'],
  ['Africa/Cairo', '2026-10-29'],
  ['Asia/Tehran', '2022-03-21'],
  ['Asia/Kathmandu', '2026-03-28'],
  ['UTC', '2026-12-24'],
] as const;

const time = fc
  .oneof(
    fc.integer({ min: 0, max: 4 * 60 }),
    fc.integer({ min: 22 * 60, max: 24 * 60 - 1 }),
    fc.integer({ min: 0, max: 24 * 60 - 1 }),
  )
  .map(
    (minute) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`,
  );
const days = fc.subarray([1, 2, 3, 4, 5, 6, 7] as Weekday[], { minLength: 1 });
const hours = fc.record({ from: time, to: time, days });
const place = fc
  .tuple(fc.constantFrom(...evenings), fc.integer({ min: 0, max: 2 * 86_400 }), fc.constantFrom(0, 1, 908))
  .map(([[zone, date], second, ms]) => ({ zone, from: Date.parse(`${date}T00:00Z`) + second * 1000 + ms }));
const country = fc.constantFrom('DE', 'PT', 'SZ', null);

it('the next moment in a window is the first minute at which the clock says so', () => {
  fc.assert(
    fc.property(place, hours, country, ({ zone, from }, { from: begins, to, days }, country) => {
      const isDay = (date: string) =>
        days.includes(weekdayOf(date) as Weekday) && (!country || isHoliday(date, country) === null);
      const expected = firstMinute(from, 8, (ms) => isOpen(readClock(ms, zone), { from: begins, to, isDay }));
      const window = { from: begins, to, weekdays: days, skipHolidays: country !== null };
      const next = nextInWindow(from, window, zone, country);
      if (expected === null) expect(next).toBeGreaterThanOrEqual(from + 8 * 86_400_000);
      else expect(next).toBe(expected);
    }),
    { numRuns: 100 },
  );
});

it('hours that must all hold, of which weeks have several, are next open at the first such minute, or never', () => {
  fc.assert(
    fc.property(
      place,
      fc.array(fc.oneof(hours, fc.array(hours, { minLength: 1, maxLength: 4 })), {
        minLength: 1,
        maxLength: 3,
      }),
      country,
      ({ zone, from }, all, country) => {
        const expected = firstMinute(from, 8, (ms) => {
          const reading = readClock(ms, zone);
          const holds = all.every((any) =>
            [any]
              .flat()
              .some((one) =>
                isOpen(reading, { ...one, isDay: (date) => one.days.includes(weekdayOf(date) as Weekday) }),
              ),
          );
          return holds && (!country || isHoliday(reading.date, country) === null);
        });
        const next = nextOpening(from, { hours: all, timeZone: zone, holidaysOf: country });
        if (expected !== null) expect(next?.at).toBe(expected);
        else expect(next?.at ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(from + 8 * 86_400_000);
      },
    ),
    { numRuns: 100 },
  );
});
