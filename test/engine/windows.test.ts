import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { beforeAll, describe, expect, it } from 'vitest';
import { isHoliday, loadHolidays } from '../../engine/time/holidays.ts';
import type { Weekday } from '../../engine/time/local.ts';
import {
  addBusinessDays,
  isAllowedDay,
  isInWindow,
  nextInWindow,
  type SendWindow,
} from '../../engine/time/windows.ts';

const at = (text: string) => Date.parse(text);
const iso = (ms: number) => new Date(ms).toISOString();

beforeAll(loadHolidays);

describe('a window', () => {
  const office: SendWindow = { from: '09:00', to: '17:00', weekdays: [1, 2, 3, 4, 5] };
  const next = (from: string, window = office, zone = 'Europe/Lisbon', country: string | null = 'PT') =>
    iso(nextInWindow(at(from), window, zone, country));

  it('is now where it is open, later today before it opens, and on the next of its days after it has closed', () => {
    expect(next('2026-11-24T12:34:56Z')).toBe('2026-11-24T12:34:56.000Z');
    expect(next('2026-11-24T06:00:00Z')).toBe('2026-11-24T09:00:00.000Z');
    expect(next('2026-11-24T17:00:00Z')).toBe('2026-11-25T09:00:00.000Z');
    expect(next('2026-11-27T17:00:00Z')).toBe('2026-11-30T09:00:00.000Z');
  });

  it('is read off the clock of the zone it is asked in', () => {
    expect(next('2026-11-24T12:00:00Z', office, 'America/New_York', 'US')).toBe('2026-11-24T14:00:00.000Z');
    expect(next('2026-11-24T12:00:00Z', office, 'Asia/Tokyo', 'JP')).toBe('2026-11-25T00:00:00.000Z');
  });

  it('passes over public holidays where it is told to and the country is known', () => {
    const careful = { ...office, skipHolidays: true };
    // 1 and 8 December are holidays in Portugal; 1 December 2026 is a Tuesday.
    expect(next('2026-12-01T06:00:00Z', careful)).toBe('2026-12-02T09:00:00.000Z');
    expect(next('2026-12-01T06:00:00Z', careful, 'Europe/Lisbon', null)).toBe('2026-12-01T09:00:00.000Z');
    expect(next('2026-12-01T06:00:00Z')).toBe('2026-12-01T09:00:00.000Z');
  });

  it('may last over midnight, and then belongs to the day on which it began', () => {
    const night: SendWindow = { from: '22:00', to: '06:00', weekdays: [5] };
    expect(next('2026-11-28T05:59:00Z', night)).toBe('2026-11-28T05:59:00.000Z');
    expect(next('2026-11-28T06:00:00Z', night)).toBe('2026-12-04T22:00:00.000Z');
    expect(next('2026-11-27T05:00:00Z', night)).toBe('2026-11-27T22:00:00.000Z');
  });

  it('from a time to the same time is open the whole day', () => {
    const always: SendWindow = { from: '00:00', to: '00:00' };
    expect(next('2026-11-28T03:00:00Z', always)).toBe('2026-11-28T03:00:00.000Z');
    expect(next('2026-11-28T03:00:00Z', { ...always, weekdays: [1] })).toBe('2026-11-30T00:00:00.000Z');
  });

  describe('when the clocks go forward', () => {
    // Lisbon, 29 March 2026: 00:59 is followed by 02:00. New York, 8 March: 01:59 by 03:00. Lord Howe, 4 October: 01:59 by 02:30.
    it('opens once the clock is past its beginning', () => {
      expect(next('2026-03-29T00:00:00Z', { from: '01:30', to: '02:15' })).toBe('2026-03-29T01:00:00.000Z');
      expect(next('2026-03-08T05:00:00Z', { from: '02:30', to: '09:00' }, 'America/New_York', 'US')).toBe(
        '2026-03-08T07:00:00.000Z',
      );
      expect(next('2026-10-03T15:00:00Z', { from: '02:15', to: '03:00' }, 'Australia/Lord_Howe', 'AU')).toBe(
        '2026-10-03T15:30:00.000Z',
      );
    });

    it('does not open on a day on which the clock skips all of it', () => {
      expect(next('2026-03-29T00:00:00Z', { from: '01:15', to: '01:45' })).toBe('2026-03-30T00:15:00.000Z');
    });

    it('opens at midnight where the hour before it is skipped, and the window began in that hour', () => {
      // Nuuk, 30 March 2024: 22:59 is followed by 00:00.
      expect(next('2024-03-31T00:36:00Z', { from: '23:30', to: '02:00' }, 'America/Nuuk', 'GL')).toBe(
        '2024-03-31T01:00:00.000Z',
      );
    });

    it('opens at the first moment of a day that has no midnight', () => {
      // Beirut, 29 March 2026: 23:59 is followed by 01:00.
      expect(
        next('2026-03-28T12:00:00Z', { from: '00:00', to: '00:00', weekdays: [7] }, 'Asia/Beirut', 'LB'),
      ).toBe('2026-03-28T22:00:00.000Z');
    });
  });

  describe('when the clocks go back', () => {
    // Lisbon, 25 October 2026: 01:59 is followed by 01:00.
    it('opens with the first of two hours, and again with the second', () => {
      const window: SendWindow = { from: '01:15', to: '01:45' };
      expect(next('2026-10-24T23:00:00Z', window)).toBe('2026-10-25T00:15:00.000Z');
      expect(next('2026-10-25T00:50:00Z', window)).toBe('2026-10-25T01:15:00.000Z');
    });

    it('opens again when the clock is put back into it', () => {
      expect(next('2026-10-25T00:40:00Z', { from: '00:30', to: '01:30' })).toBe('2026-10-25T01:00:00.000Z');
    });
  });

  it('that can never open is told, not waited for', () => {
    expect(() => nextInWindow(0, { from: '25:00', to: '09:00' }, 'UTC', null)).toThrow(RangeError);
    expect(() => nextInWindow(0, office, 'Mars/Olympus', null)).toThrow(RangeError);
  });
});

const zone = fc.constantFrom(
  'Europe/Lisbon',
  'America/New_York',
  'America/Santiago',
  'Asia/Kathmandu',
  'Asia/Beirut',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Apia',
  'Africa/Casablanca',
  'UTC',
);
const time = fc
  .integer({ min: 0, max: 24 * 60 - 1 })
  .map(
    (minute) => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`,
  );
const window = fc.record({
  from: time,
  to: time,
  weekdays: fc.subarray([1, 2, 3, 4, 5, 6, 7] as Weekday[]),
  skipHolidays: fc.boolean(),
});
const country = fc.constantFrom('PT', 'US', 'DE', null);
/** Mostly near the nights on which clocks are changed. */
const instant = fc.oneof(
  fc.date({ min: new Date('2024-01-01'), max: new Date('2028-01-01'), noInvalidDate: true }).map(Number),
  fc
    .tuple(
      fc.constantFrom(
        at('2026-03-08T07:00:00Z'),
        at('2026-03-29T01:00:00Z'),
        at('2026-03-28T22:00:00Z'),
        at('2026-10-03T15:30:00Z'),
        at('2026-10-25T01:00:00Z'),
        at('2026-11-01T06:00:00Z'),
        at('2026-04-04T15:00:00Z'),
      ),
      fc.integer({ min: -6 * 3_600_000, max: 6 * 3_600_000 }),
    )
    .map(([ms, by]) => ms + by),
);

describe('the next moment in a window', () => {
  it('is inside it, never before, and its own next', () => {
    fc.assert(
      fc.property(instant, window, zone, country, (from, window, zone, country) => {
        const next = nextInWindow(from, window, zone, country);
        expect(next).toBeGreaterThanOrEqual(from);
        expect(isInWindow(next, window, zone, country)).toBe(true);
        expect(nextInWindow(next, window, zone, country)).toBe(next);
      }),
      { numRuns: 500 },
    );
  });

  it('has no moment before it that is inside, too', () => {
    fc.assert(
      fc.property(
        instant,
        window,
        zone,
        country,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (from, window, zone, country, share) => {
          const next = nextInWindow(from, window, zone, country);
          const between = Math.floor(from + (next - from) * share);
          if (between < next) expect(isInWindow(between, window, zone, country)).toBe(false);
          // The minute before matters most: windows begin and clocks change on minutes.
          if (next > from) expect(isInWindow(Math.max(from, next - 1), window, zone, country)).toBe(false);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('working days', () => {
  const add = (from: string, days: number, zone = 'Europe/Lisbon', country: string | null = 'PT') =>
    iso(addBusinessDays(at(from), days, zone, country));

  it('pass over the weekend and keep the time of day', () => {
    expect(add('2026-11-26T15:20:00Z', 3)).toBe('2026-12-02T15:20:00.000Z');
    expect(add('2026-11-26T15:20:00Z', 3, 'Europe/Lisbon', null)).toBe('2026-12-01T15:20:00.000Z');
    expect(add('2026-11-28T15:20:00Z', 1)).toBe('2026-11-30T15:20:00.000Z');
  });

  it('keep the time of day over a change of clocks', () => {
    expect(add('2026-03-27T09:00:00Z', 1)).toBe('2026-03-30T08:00:00.000Z');
  });

  it('are from Sunday to Thursday where people rest on Fridays', () => {
    expect(add('2026-11-26T10:00:00Z', 1, 'Asia/Jerusalem', 'IL')).toBe('2026-11-29T10:00:00.000Z');
  });

  it('end on a working day, with as many working days on the way as were asked for', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 1, max: 30 }), zone, country, (from, days, zone, country) => {
        const to = addBusinessDays(from, days, zone, country);
        const dateOf = (ms: number) =>
          Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDate();
        const isWorking = (date: Temporal.PlainDate) =>
          isAllowedDay(date, { weekdays: [1, 2, 3, 4, 5], skipHolidays: true }, country);
        let count = 0;
        for (let date = dateOf(from).add({ days: 1 }); Temporal.PlainDate.compare(date, dateOf(to)) <= 0; ) {
          if (isWorking(date)) count++;
          date = date.add({ days: 1 });
        }
        expect(count).toBe(days);
        expect(isWorking(dateOf(to))).toBe(true);
      }),
    );
  });
});

describe('a public holiday', () => {
  it('has its name, and only in its country', () => {
    expect(isHoliday('2026-12-25', 'PT')).toBe('Christmas Day');
    expect(isHoliday('2026-11-26', 'US')).toBe('Thanksgiving Day');
    expect(isHoliday('2026-11-26', 'pt')).toBeNull();
  });

  it('may last several days, also into the new year', () => {
    expect(['2026-03-20', '2026-03-21', '2026-03-22'].map((date) => isHoliday(date, 'AE'))).toEqual(
      Array(3).fill('End of Ramadan (Eid al-Fitr)'),
    );
    expect(isHoliday('2027-01-02', 'SZ')).toBe('Incwala Festival');
  });

  it('is none where only a region keeps it, where it is half a day, or where the country is not known', () => {
    expect(isHoliday('2026-10-31', 'DE')).toBeNull();
    expect(isHoliday('2026-12-24', 'IS')).toBeNull();
    expect(isHoliday('2026-12-25', 'XX')).toBeNull();
  });
});
