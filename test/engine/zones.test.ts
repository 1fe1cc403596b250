import { expect, test } from 'vitest';
import { isTimeZone } from '../../engine/time/calendar.ts';
import { guessZone } from '../../engine/time/guess-zone.ts';
import { countries, zoneOfCountry } from '../../engine/time/zones-by-country.ts';

const nothing = { country: null, phones: [], location: null };

test('every country has a zone that this machine knows', () => {
  expect(countries.length).toBeGreaterThan(240);
  expect(countries.filter((country) => !isTimeZone(zoneOfCountry(country) ?? ''))).toEqual([]);
});

test('a zone is guessed by the country, else the phone number, else the location', () => {
  const all = { country: 'pt', phones: ['+44 20 7946 0000'], location: 'Berlin' };
  expect(guessZone(all)).toEqual({ timeZone: 'Europe/Lisbon', from: 'country' });
  expect(guessZone({ ...all, country: null })).toEqual({ timeZone: 'Europe/London', from: 'phone' });
  expect(guessZone({ ...nothing, location: 'Berlin' })).toEqual({
    timeZone: 'Europe/Berlin',
    from: 'location',
  });
  expect(guessZone({ ...nothing, location: 'Porto, Portugal' })?.timeZone).toBe('Europe/Lisbon');
});

test('a country of several zones counts as that of most of its people', () => {
  expect(guessZone({ ...nothing, phones: ['+1 212 555 0100'] })?.timeZone).toBe('America/New_York');
  expect(guessZone({ ...nothing, country: 'AU' })?.timeZone).toBe('Australia/Sydney');
});

test('what says nothing for certain is not believed', () => {
  for (const location of ['London, Ontario', 'Georgia', 'Los Angeles, CA', 'remote', ''])
    expect(guessZone({ ...nothing, location })).toBeNull();
  for (const phone of ['912 345 678', 'none', '+999 1'])
    expect(guessZone({ ...nothing, phones: [phone] })).toBeNull();
  expect(guessZone({ ...nothing, country: 'XX' })).toBeNull();
});
