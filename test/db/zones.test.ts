import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type CandidateChange,
  changeCandidate,
  createCandidate,
  type NewCandidate,
} from '../../db/queries/candidates.ts';
import { lockCandidates } from '../../db/queries/lock.ts';
import { mergeCandidates } from '../../db/queries/merge.ts';
import { type FreshDatabase, freshDatabase } from '../harness/database.ts';
import { addSource, houseOn, monday, receive, testClock } from '../harness/house.ts';

let fresh: FreshDatabase;
const by = { kind: 'person' } as const;

beforeEach(async () => {
  fresh = await freshDatabase();
});
afterEach(() => fresh.drop());

let made = 0;
const add = (given: Partial<NewCandidate>) =>
  createCandidate(
    fresh.db,
    {
      firstName: 'Ada',
      lastName: 'Costa',
      email: `ada.${++made}@costa.example`,
      phone: null,
      headline: null,
      company: null,
      location: null,
      country: null,
      timeZone: null,
      source: null,
      ownerId: null,
      tags: [],
      links: [],
      custom: {},
      ...given,
    },
    by,
    monday,
  );
const change = (id: string, given: CandidateChange) => changeCandidate(fresh.db, id, given, by, monday);
const zoneOf = async (id: string) => {
  const { time_zone, time_zone_from } = await fresh.db
    .selectFrom('candidate')
    .select(['time_zone', 'time_zone_from'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return `${time_zone} ${time_zone_from}`;
};

test('a zone that was given stays, whatever else is learnt', async () => {
  const ada = await add({ timeZone: 'Asia/Tokyo', country: 'PT' });
  await change(ada, { country: 'DE', phone: '+442079460000' });
  expect(await zoneOf(ada)).toBe('Asia/Tokyo given');
});

test('a zone is guessed, guessed anew when what it was guessed from changes, and again when it is cleared', async () => {
  const ada = await add({ phone: '+442079460000' });
  expect(await zoneOf(ada)).toBe('Europe/London phone');
  await change(ada, { country: 'PT' });
  expect(await zoneOf(ada)).toBe('Europe/Lisbon country');
  await change(ada, { timeZone: 'Asia/Tokyo' });
  await change(ada, { timeZone: null, country: null, phone: null, location: 'Berlin' });
  expect(await zoneOf(ada)).toBe('Europe/Berlin location');
  await change(ada, { location: null });
  expect(await zoneOf(ada)).toBe('null null');
});

test('of two records that become one, a zone that was told goes before one that was guessed', async () => {
  const keep = await add({ country: 'PT' });
  const lose = await add({ timeZone: 'Asia/Tokyo' });
  await fresh.db.transaction().execute(async (trx) => {
    await lockCandidates(trx, [keep, lose]);
    await mergeCandidates(trx, { keep, lose, by }, monday);
  });
  expect(await zoneOf(keep)).toBe('Asia/Tokyo given');
});

test('a source’s zone is taken where it is one, and told where it is none; nobody is lost by it', async () => {
  const house = houseOn(fresh.db, testClock());
  const source = await addSource(fresh.db, 'generic');
  const send = async (candidate: Record<string, unknown>) => {
    const id = await receive(fresh.db, source, 'generic', {
      candidate: { email: 'bea@klein.example', ...candidate },
    });
    await house.settle();
    return fresh.db
      .selectFrom('inbound')
      .select(['outcome', 'candidate_id'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
  };
  const first = await send({ country: 'PT', timeZone: 'Mars/Olympus' });
  const bea = first.candidate_id ?? '';
  expect(first.outcome).toBe('New candidate. “Mars/Olympus” is no time zone, so it was left out.');
  expect(await zoneOf(bea)).toBe('Europe/Lisbon country');
  expect((await send({ timeZone: 'Moon/Base' })).outcome).toBe(
    'Known candidate, nothing new. “Moon/Base” is no time zone, so it was left out.',
  );
  await send({ timeZone: 'Asia/Tokyo', phone: '+351912345678' });
  expect(await zoneOf(bea)).toBe('Asia/Tokyo source');
  const { data } = await fresh.db
    .selectFrom('event')
    .select('data')
    .where('candidate_id', '=', bea)
    .where('type', '=', 'candidate.updated')
    .executeTakeFirstOrThrow();
  expect(data.fields).toEqual(['candidate.phone', 'candidate.timeZone']);
});
