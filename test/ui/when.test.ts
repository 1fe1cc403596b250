/** Instants in words, as every screen shows them. */
import { describe, expect, it } from 'vitest';
import { absoluteIn, dayIn, daysSince, momentIn, relativeTo, zoneName } from '../../ui/app/when.ts';

const lisbon = 'Europe/Lisbon';
const now = Date.parse('2026-11-23T14:32:00Z');
const before = (iso: string) => relativeTo(Date.parse(iso), lisbon, now);

describe('relative up to a week, then a date', () => {
  it.each([
    ['2026-11-23T14:31:40Z', 'now'],
    ['2026-11-23T14:10:00Z', '22 min ago'],
    ['2026-11-23T10:12:00Z', '4 h ago'],
    ['2026-11-22T23:30:00Z', 'yesterday'],
    ['2026-11-18T09:42:00Z', '5 days ago'],
    ['2026-11-13T18:26:00Z', '13 Nov'],
    ['2024-11-13T18:26:00Z', '13 Nov 2024'],
    ['2026-11-24T09:00:00Z', 'tomorrow'],
    ['2026-11-23T16:00:00Z', 'in 1 h'],
    ['2026-12-08T09:00:00Z', '8 Dec'],
  ])('%s is “%s”', (iso, words) => expect(before(iso)).toBe(words));
});

it('counts calendar days in the zone, not hours', () => {
  const lateEvening = Date.parse('2026-11-23T22:30:00Z');
  expect(relativeTo(Date.parse('2026-11-23T09:00:00Z'), 'Asia/Tokyo', lateEvening)).toBe('yesterday');
  expect(relativeTo(Date.parse('2026-11-23T09:00:00Z'), lisbon, lateEvening)).toBe('13 h ago');
});

it('names the day, the moment and the zone', () => {
  const at = Date.parse('2026-11-24T09:00:00Z');
  expect(momentIn(at, lisbon, now)).toBe('Tue 24 Nov, 9:00');
  expect(absoluteIn(at, 'America/New_York')).toBe('Tue 24 Nov 2026, 4:00 (New York)');
  expect(dayIn(now, lisbon, now)).toBe('Today');
  expect(dayIn(Date.parse('2026-11-21T09:42:00Z'), lisbon, now)).toBe('Sat 21 Nov');
  expect(zoneName('America/Argentina/Buenos_Aires')).toBe('Buenos Aires');
});

it('counts whole days in a stage and never fewer than none', () => {
  expect(daysSince(now - 36 * 3_600_000, now)).toBe(1);
  expect(daysSince(now + 1_000, now)).toBe(0);
});
