import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { addDuration, isTimeZone, zoneFor } from '../../engine/time/calendar.ts';
import { durationSchema, shortest } from '../../engine/time/duration.ts';
import { durationInWords, instantInWords } from '../../engine/time/words.ts';
import { facts, now } from './people.ts';

const at = (iso: string) => Date.parse(iso);
const iso = (ms: number) => new Date(ms).toISOString();

test('days keep the time of day across the change to summer time', () => {
  // Berlin goes from +1 to +2 on 29 March 2026.
  expect(iso(addDuration(at('2026-03-28T08:00:00Z'), 'P1D', 'Europe/Berlin'))).toBe(
    '2026-03-29T07:00:00.000Z',
  );
  expect(iso(addDuration(at('2026-03-28T08:00:00Z'), 'PT24H', 'Europe/Berlin'))).toBe(
    '2026-03-29T08:00:00.000Z',
  );
});

test('days keep the time of day across the change back', () => {
  expect(iso(addDuration(at('2026-10-24T07:00:00Z'), 'P1D', 'Europe/Berlin'))).toBe(
    '2026-10-25T08:00:00.000Z',
  );
});

test('a time of day that is skipped becomes the one an hour later', () => {
  // 02:30 on 28 March, plus a day: 02:30 on the 29th does not exist in Berlin.
  expect(iso(addDuration(at('2026-03-28T01:30:00Z'), 'P1D', 'Europe/Berlin'))).toBe(
    '2026-03-29T01:30:00.000Z',
  );
});

test('a time of day that comes twice is the first of the two', () => {
  // 02:30 on 24 October, plus a day: 02:30 comes twice on the 25th, first in summer time.
  expect(iso(addDuration(at('2026-10-24T00:30:00Z'), 'P1D', 'Europe/Berlin'))).toBe(
    '2026-10-25T00:30:00.000Z',
  );
});

test('zones with odd offsets and southern summers are no exception', () => {
  expect(iso(addDuration(at('2026-04-04T12:00:00Z'), 'P1D', 'Australia/Lord_Howe'))).toBe(
    '2026-04-05T12:30:00.000Z',
  );
  expect(iso(addDuration(at('2026-01-31T03:45:00Z'), 'P1M', 'Asia/Kathmandu'))).toBe(
    '2026-02-28T03:45:00.000Z',
  );
});

test('a clock that was changed at a minute past midnight is no exception either', () => {
  // Newfoundland, 2010: from -3:30 to -2:30 at 03:31 UTC.
  addDuration(at('2010-03-14T03:40:00Z'), 'P1D', 'America/St_Johns');
  expect(iso(addDuration(at('2010-03-14T03:30:30Z'), 'P1D', 'America/St_Johns'))).toBe(
    '2010-03-15T02:30:30.000Z',
  );
});

test('it agrees with the calendar in every zone, also round the days on which clocks change', () => {
  const zone = fc.constantFrom(
    'Europe/Lisbon',
    'America/New_York',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'America/Santiago',
    'Asia/Kathmandu',
    'America/St_Johns',
    'UTC',
  );
  const changes = [
    '2026-03-08T07:00Z',
    '2026-03-29T01:00Z',
    '2026-04-04T15:00Z',
    '2026-10-25T01:00Z',
    '2026-11-01T06:00Z',
    '2026-04-05T03:00Z',
    // A minute past midnight in Newfoundland, as it was there until 2011.
    '2010-03-14T03:31Z',
    '2010-11-07T02:31Z',
  ].map(at);
  const instant = fc.oneof(
    fc.integer({ min: at('1985-01-01'), max: at('2040-01-01') }),
    fc
      .tuple(
        fc.constantFrom(...changes),
        fc.integer({ min: -4, max: 4 }),
        fc.oneof(fc.integer({ min: -1_800_000, max: 1_800_000 }), fc.integer({ min: 0, max: 86_400_000 })),
      )
      .map(([change, days, by]) => change + days * 86_400_000 + by),
  );
  const duration = fc.constantFrom('P1D', 'P2D', 'P3D', 'P1W', 'P2W', 'P1M', 'P1DT2H', 'PT5H');
  fc.assert(
    fc.property(
      instant,
      duration,
      zone,
      fc.constantFrom(1 as const, -1 as const),
      (from, length, timeZone, sign) => {
        const zoned = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(timeZone);
        const expected = (sign === 1 ? zoned.add(length) : zoned.subtract(length)).epochMilliseconds;
        expect(addDuration(from, length, timeZone, sign)).toBe(expected);
      },
    ),
    { numRuns: 2000 },
  );
});

test('zones are IANA names, not offsets', () => {
  expect(['Europe/Lisbon', 'UTC', 'America/Argentina/Buenos_Aires'].every(isTimeZone)).toBe(true);
  expect(['+02:00', 'Lisbon', 'Mars/Olympus', ''].some(isTimeZone)).toBe(false);
});

test('an unknown zone falls back to the workspace’s', () => {
  expect(zoneFor(facts({ timeZone: 'Asia/Tokyo' }))).toBe('Asia/Tokyo');
  expect(zoneFor(facts({ timeZone: 'Nowhere/Land' }))).toBe('Europe/Lisbon');
  expect(zoneFor(facts({ timeZone: null }))).toBe('Europe/Lisbon');
});

test('durations are longer than nothing and at most ten years', () => {
  const valid = (text: string) => durationSchema.safeParse(text).success;
  expect(['P3D', 'PT2H', 'P1W', 'P1Y6M', 'P10Y', 'PT1M', 'P1DT2H'].every(valid)).toBe(true);
  expect(['', '3 days', 'PT0S', '-P1D', 'P11Y', 'P', 'PT100000H'].some(valid)).toBe(false);
});

test('the shortest that a duration can be counts days of 23 hours', () => {
  expect(shortest('PT30S')).toBe(30_000);
  expect(shortest('P1D')).toBe(23 * 3_600_000);
  expect(shortest('nonsense')).toBe(0);
});

test('durations and instants read as people say them', () => {
  expect(['P3D', 'PT1H', 'P1DT2H', 'P1W', 'P2M', 'soon'].map(durationInWords)).toEqual([
    '3 days',
    '1 hour',
    '1 day 2 hours',
    '1 week',
    '2 months',
    'soon',
  ]);
  expect(instantInWords(at('2026-11-24T09:00:00Z'), 'Europe/Lisbon', now)).toBe('Tue 24 Nov, 9:00 (Lisbon)');
  expect(instantInWords(at('2027-01-02T23:05:00Z'), 'America/New_York', now)).toBe(
    'Sat 2 Jan 2027, 18:05 (New York)',
  );
});
