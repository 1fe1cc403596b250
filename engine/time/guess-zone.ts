/**
 * Pure: whose clock someone lives by, where nobody has said so. Only for the server: it brings the numbering plans of
 * all countries.
 */
import parsePhoneNumber from 'libphonenumber-js';
import { fold } from '../conditions/fold.ts';
import { isTimeZone } from './calendar.ts';
import { countries, zoneOfCountry } from './zones-by-country.ts';

/** How a zone came to be known: told by a person, a source or a flow, or guessed from one of these. */
export const guessedFrom = ['country', 'phone', 'location'] as const;
export type GuessedFrom = (typeof guessedFrom)[number];

export interface Whereabouts {
  /** ISO 3166-1 alpha-2. */
  country: string | null;
  /** With its country code: `+351 …`. Others say nothing. */
  phones: readonly string[];
  /** As people write it: “Lisbon”, “Porto, Portugal”. */
  location: string | null;
}

export interface Guess {
  timeZone: string;
  from: GuessedFrom;
}

/**
 * By the country, then by the number, then by what the location says: where she lives tells more than where her
 * number is from, and a code more than words. A country of several zones counts as that of most of its people.
 * Null: nothing tells.
 */
export function guessZone({ country, phones, location }: Whereabouts): Guess | null {
  return (
    guess(country, 'country') ??
    phones.map((phone) => guess(countryOfPhone(phone), 'phone')).find((each) => each !== null) ??
    byLocation(location)
  );
}

/** ISO 3166-1 alpha-2; null: the number tells none. */
export const countryOfPhone = (phone: string): string | null => parsePhoneNumber(phone)?.country ?? null;

function guess(country: string | null, from: GuessedFrom): Guess | null {
  const timeZone = country === null ? null : zoneOfCountry(country);
  return timeZone !== null && isTimeZone(timeZone) ? { timeZone, from } : null;
}

let places: Map<string, string> | null = null;

/** Names of countries and of the cities that zones are called after, to their zones. */
function byLocation(location: string | null): Guess | null {
  if (location === null) return null;
  places ??= placesByName();
  const parts = location.split(',').map(fold);
  // Of “London, Ontario” neither half is to be believed.
  const zone =
    places.get(`country ${parts.at(-1)}`) ??
    (parts.length === 1 ? places.get(`city ${parts[0]}`) : undefined);
  return zone && isTimeZone(zone) ? { timeZone: zone, from: 'location' } : null;
}

function placesByName(): Map<string, string> {
  const names = new Intl.DisplayNames('en', { type: 'region' });
  const found = new Map<string, string>();
  for (const country of countries) {
    const zone = zoneOfCountry(country);
    // Georgia is a state, too.
    if (!zone || country === 'GE') continue;
    found.set(`country ${fold(names.of(country) ?? country)}`, zone);
    const city = zone.split('/').at(-1)?.replaceAll('_', ' ') ?? '';
    found.set(`city ${fold(city)}`, zone);
  }
  return found;
}
