/** Believable people from a dozen countries: names by faker, seeded; everything that could reach someone is fictional. */
import { faker as da } from '@faker-js/faker/locale/da';
import { faker as de } from '@faker-js/faker/locale/de';
import { faker as enGb } from '@faker-js/faker/locale/en_GB';
import { faker as enIn } from '@faker-js/faker/locale/en_IN';
import { faker as es } from '@faker-js/faker/locale/es';
import { faker as fr } from '@faker-js/faker/locale/fr';
import { faker as it } from '@faker-js/faker/locale/it';
import { faker as nl } from '@faker-js/faker/locale/nl';
import { faker as pl } from '@faker-js/faker/locale/pl';
import { faker as ptPt } from '@faker-js/faker/locale/pt_PT';
import { faker as sv } from '@faker-js/faker/locale/sv';
import { fold } from '../../engine/conditions/fold.ts';
import { between, happens, pick } from './odds.ts';

export interface Person {
  firstName: string;
  lastName: string;
  email: string;
  /** E.164, from the ranges that are kept free for fiction; null for most. */
  phone: string | null;
  city: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  timeZone: string;
  headline: string;
  company: string | null;
}

interface Place {
  faker: typeof enGb;
  country: string;
  timeZone: string;
  cities: string[];
}

const places: readonly Place[] = [
  { faker: ptPt, country: 'PT', timeZone: 'Europe/Lisbon', cities: ['Lisboa', 'Porto', 'Braga', 'Coimbra'] },
  { faker: ptPt, country: 'PT', timeZone: 'Europe/Lisbon', cities: ['Lisboa', 'Porto', 'Aveiro'] },
  {
    faker: de,
    country: 'DE',
    timeZone: 'Europe/Berlin',
    cities: ['Berlin', 'Hamburg', 'Leipzig', 'München'],
  },
  { faker: fr, country: 'FR', timeZone: 'Europe/Paris', cities: ['Paris', 'Lyon', 'Nantes', 'Toulouse'] },
  {
    faker: es,
    country: 'ES',
    timeZone: 'Europe/Madrid',
    cities: ['Madrid', 'Barcelona', 'Valencia', 'Bilbao'],
  },
  {
    faker: enGb,
    country: 'GB',
    timeZone: 'Europe/London',
    cities: ['London', 'Manchester', 'Bristol', 'Leeds'],
  },
  { faker: nl, country: 'NL', timeZone: 'Europe/Amsterdam', cities: ['Amsterdam', 'Utrecht', 'Eindhoven'] },
  {
    faker: pl,
    country: 'PL',
    timeZone: 'Europe/Warsaw',
    cities: ['Warszawa', 'Kraków', 'Wrocław', 'Gdańsk'],
  },
  { faker: it, country: 'IT', timeZone: 'Europe/Rome', cities: ['Milano', 'Torino', 'Bologna'] },
  { faker: sv, country: 'SE', timeZone: 'Europe/Stockholm', cities: ['Stockholm', 'Göteborg', 'Malmö'] },
  { faker: da, country: 'DK', timeZone: 'Europe/Copenhagen', cities: ['København', 'Aarhus'] },
  { faker: enIn, country: 'IN', timeZone: 'Asia/Kolkata', cities: ['Bengaluru', 'Pune', 'Hyderabad'] },
];

/** No such company is meant. */
const companies = [
  'Northwind Logistics',
  'Lumen Health',
  'Fjordpay',
  'Kestrel Analytics',
  'Tidewater Energy',
  'Brightloom',
  'Cartwheel Mobility',
  'Oakline Insurance',
  'Parallel Studio',
  'Meridian Maps',
  'Saltmarsh Games',
  'Copperfield Bank',
  'Quayside Media',
  'Helio Robotics',
  'Granite Cloud',
  'Wayfarer Travel',
];

/** Domains kept for examples (RFC 2606): nothing sent there arrives anywhere. */
const mailboxes = ['mailbox.example', 'post.example', 'inbox.example', 'mail.example'];

const letters = (text: string) =>
  fold(text)
    .replaceAll('ł', 'l')
    .replaceAll('ß', 'ss')
    .replaceAll('ø', 'o')
    .replaceAll('æ', 'ae')
    .replaceAll(/[^a-z]+/g, '-')
    .replaceAll(/^-|-$/g, '');

/** The fictional ranges: Ofcom's for drama, and 555-01xx in North America. */
function fictionalPhone(country: string, key: string): string | null {
  if (country === 'GB') return `+447700900${String(Math.floor(between(100, 999, key, 'phone')))}`;
  if (country === 'US')
    return `+1${pick(['212', '415', '512', '206'], key, 'area')}55501${String(Math.floor(between(10, 99, key, 'phone')))}`;
  return null;
}

/** Hands out people one after another; the same `seed` hands out the same ones, and no address twice. */
export function peopleFrom(seed: number): (headlines: readonly string[]) => Person {
  let nth = 0;
  const taken = new Set<string>();
  for (const { faker } of places) faker.seed(seed);
  return (headlines) => {
    const key = `${seed} ${nth++}`;
    const place = pick(places, key, 'place');
    for (;;) {
      const firstName = place.faker.person.firstName();
      const lastName = place.faker.person.lastName();
      const email = `${letters(firstName)}.${letters(lastName)}@${pick(mailboxes, key, 'mailbox')}`;
      if (taken.has(email)) continue;
      taken.add(email);
      return {
        firstName,
        lastName,
        email,
        phone: fictionalPhone(place.country, key),
        city: pick(place.cities, key, 'city'),
        country: place.country,
        timeZone: place.timeZone,
        headline: pick(headlines, key, 'headline'),
        company: happens(0.85, key, 'employed') ? pick(companies, key, 'company') : null,
      };
    }
  };
}

export const someCompany = (key: string): string => pick(companies, key, 'company');
