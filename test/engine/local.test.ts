import { expect, test } from 'vitest';
import { atLocal, isLocalTime, localDate, nextLocal } from '../../engine/time/local.ts';

const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
const at = (text: string) => Date.parse(text);

test('a time of day is four digits of a day’s clock', () => {
  expect(['00:00', '09:30', '23:59'].every(isLocalTime)).toBe(true);
  expect(['24:00', '9:00', '12:60', '', 'noon', '12:00:00'].some(isLocalTime)).toBe(false);
});

test('the date is that of the zone, not of UTC', () => {
  expect(localDate(at('2026-11-23T23:30:00Z'), 'Europe/Madrid')).toBe('2026-11-24');
  expect(localDate(at('2026-11-23T02:30:00Z'), 'America/New_York')).toBe('2026-11-22');
});

test('the next nine o’clock is today before nine, this instant at nine, and tomorrow after', () => {
  const next = (from: string) => iso(nextLocal(at(from), '09:00', 'Europe/Lisbon'));
  expect(next('2026-11-23T08:00:00Z')).toBe('2026-11-23T09:00:00.000Z');
  expect(next('2026-11-23T09:00:00Z')).toBe('2026-11-23T09:00:00.000Z');
  expect(next('2026-11-23T09:00:00.001Z')).toBe('2026-11-24T09:00:00.000Z');
});

test('days that are not allowed are passed over, and a rule that allows none has no next time', () => {
  const monday = (date: { dayOfWeek: number }) => date.dayOfWeek === 1;
  expect(iso(nextLocal(at('2026-11-24T00:00:00Z'), '09:00', 'UTC', monday))).toBe('2026-11-30T09:00:00.000Z');
  expect(nextLocal(at('2026-11-24T00:00:00Z'), '09:00', 'UTC', () => false)).toBeNull();
});

test('a time that summer time skips comes as much later, and one that comes twice is the first', () => {
  // Lisbon, 29 March 2026: 01:00 becomes 02:00. 25 October 2026: 02:00 becomes 01:00.
  expect(iso(atLocal('2026-03-29', '01:30', 'Europe/Lisbon'))).toBe('2026-03-29T01:30:00.000Z');
  expect(iso(atLocal('2026-10-25', '01:30', 'Europe/Lisbon'))).toBe('2026-10-25T00:30:00.000Z');
});
