/** Who takes part in a soak: people on both halves of the globe, in zones that change their clocks and zones that do not. */

import type { Db } from '../../db/connect.ts';
import { createCandidate } from '../../db/queries/candidates.ts';
import { day } from '../harness/house.ts';

export interface Home {
  timeZone: string | null;
  country: string | null;
}

/** By turns. The last two have told nobody where they live; the one before lives where clocks move by half an hour. */
export const homes: readonly Home[] = [
  { timeZone: 'Europe/Lisbon', country: 'PT' },
  { timeZone: 'America/New_York', country: 'US' },
  { timeZone: 'Australia/Sydney', country: 'AU' },
  { timeZone: 'Asia/Kolkata', country: 'IN' },
  { timeZone: 'Pacific/Honolulu', country: 'US' },
  { timeZone: 'America/Santiago', country: 'CL' },
  { timeZone: 'Europe/Berlin', country: 'DE' },
  { timeZone: 'Australia/Lord_Howe', country: 'AU' },
  { timeZone: null, country: 'BR' },
  { timeZone: null, country: null },
];

export interface Person {
  n: number;
  firstName: string;
  lastName: string;
  email: string;
}

/** The nth of them; the same whenever asked. */
export const person = (n: number): Person => ({
  n,
  firstName: `Ana${n}`,
  lastName: 'Costa',
  email: `ana${n}@costa.example`,
});

/** Known before the soak begins. Their birthdays and first days at work are spread over the year. */
export function settle(db: Db, n: number, now: number): Promise<string> {
  const home = homes[n % homes.length] as Home;
  const date = (days: number) => new Date(now + days * day).toISOString().slice(0, 10);
  const { firstName, lastName, email } = person(n);
  return createCandidate(
    db,
    {
      firstName,
      lastName,
      email,
      phone: null,
      headline: null,
      company: null,
      location: null,
      ...home,
      source: 'Referral',
      ownerId: null,
      tags: n % 3 === 0 ? ['warm'] : [],
      links: [],
      custom: {
        birthday: `1990-${date(5 + ((n * 37) % 350)).slice(5)}`,
        startDate: date(20 + ((n * 53) % 330)),
      },
    },
    { kind: 'person' },
    now,
  );
}
