/** Who a request is about: found or made, and enriched. */
import { sql } from 'kysely';
import { fold } from '../../engine/conditions/fold.ts';
import { isTimeZone } from '../../engine/time/calendar.ts';
import { newId } from '../id.ts';
import { lockCandidate, type Trx } from './lock.ts';
import { addressKey } from './messages.ts';

export interface Person {
  externalId: string | null;
  firstName: string | null;
  lastName: string | null;
  emails: string[];
  phones: string[];
  headline: string | null;
  company: string | null;
  location: string | null;
  country: string | null;
  timeZone: string | null;
  links: { kind: string; url: string }[];
  doNotContact: boolean;
}

/** Who this is, today: by her id in the source, else by an address. Not locked. */
export async function findPerson(
  trx: Trx,
  sourceKind: string,
  person: Pick<Person, 'externalId' | 'emails'>,
): Promise<string | null> {
  const found = await sql<{ id: string }>`
    select candidate_id as id from (
      select candidate_id, 0 as rank from candidate_external where source_kind = ${sourceKind} and external_id = ${person.externalId}
      union all
      select candidate_id, 1 from candidate_email where address_key = any(${person.emails.map(addressKey)}::text[]) and not is_claim
    ) as matches order by rank, candidate_id limit 1`.execute(trx);
  return found.rows[0]?.id ?? null;
}

const fullName = (person: Pick<Person, 'firstName' | 'lastName' | 'emails'>): string =>
  [person.firstName, person.lastName].filter((name) => name !== null).join(' ') ||
  (person.emails[0]?.split('@')[0] ?? 'Unnamed');

/**
 * Finds the person and locks her, or makes her. Two requests about one new person at the same moment meet at a
 * unique key: the later transaction fails with a unique violation and is run again.
 */
export async function findOrCreatePerson(
  trx: Trx,
  sourceKind: string,
  source: string | null,
  person: Person,
  now: number,
): Promise<{ id: string; created: boolean }> {
  const found = await findPerson(trx, sourceKind, person);
  if (found) {
    const id = await lockCandidate(trx, found);
    if (id) return { id, created: false };
  }
  const id = newId(now);
  const at = new Date(now);
  const name = fullName(person);
  const zone = person.timeZone !== null && isTimeZone(person.timeZone) ? person.timeZone : null;
  await trx
    .insertInto('candidate')
    .values({
      id,
      first_name: person.firstName,
      last_name: person.lastName,
      full_name: name,
      name_key: fold(name),
      search_key: fold([name, ...person.emails, person.company ?? '', person.headline ?? ''].join(' ')),
      headline: person.headline,
      company: person.company,
      location: person.location,
      country: person.country,
      time_zone: zone,
      time_zone_from: zone === null ? null : 'source',
      source: source ?? sourceKind,
      created_at: at,
      updated_at: at,
      last_activity_at: at,
    })
    .execute();
  return { id, created: true };
}

/** Thrown when someone else made the same person between our look and our writing; run again, she is found. */
export class PersonAppeared extends Error {
  /** Read by `retryConflicts`: a serialisation failure like any other. */
  readonly code = '40001';
  constructor() {
    super('The same person was made by another request meanwhile.');
    this.name = 'PersonAppeared';
  }
}

/** Adds what is new about a person; fills what was empty and never overwrites what someone entered here. */
export async function enrichPerson(
  trx: Trx,
  id: string,
  sourceKind: string,
  person: Person,
  { created, now }: { created: boolean; now: number },
): Promise<boolean> {
  const at = new Date(now);
  const emails = [...new Map(person.emails.map((address) => [addressKey(address), address]))].map(
    ([key, address]) => ({ id: newId(now), key, address: address.trim() }),
  );
  if (emails.length > 0) {
    // An address that someone else holds stays a claim until a person has looked at it.
    const inserted = await sql<{ isClaim: boolean }>`
      insert into candidate_email (id, candidate_id, address, address_key, is_primary, is_claim, created_at)
      select (row->>'id')::uuid, ${id}, row->>'address', row->>'key',
        ord = 1 and not exists (select from candidate_email where candidate_id = ${id} and is_primary),
        exists (select from candidate_email other where other.address_key = row->>'key' and not other.is_claim and other.candidate_id <> ${id}), ${at}
      from jsonb_array_elements(${JSON.stringify(emails)}::jsonb) with ordinality as given (row, ord)
      on conflict (candidate_id, address_key) do nothing
      returning is_claim as "isClaim"`.execute(trx);
    if (created && inserted.rows.some((row) => row.isClaim)) throw new PersonAppeared();
  }
  for (const number of new Set(person.phones)) {
    await trx
      .insertInto('candidate_phone')
      .values({ id: newId(now), candidate_id: id, number, created_at: at })
      .onConflict((c) => c.doNothing())
      .execute();
  }
  for (const link of person.links) {
    await trx
      .insertInto('candidate_link')
      .values({ id: newId(now), candidate_id: id, ...link })
      .onConflict((c) => c.doNothing())
      .execute();
  }
  if (person.externalId !== null) {
    const noted = await trx
      .insertInto('candidate_external')
      .values({ source_kind: sourceKind, external_id: person.externalId, candidate_id: id })
      .onConflict((c) => c.doNothing())
      .returning('candidate_id')
      .executeTakeFirst();
    if (created && !noted) throw new PersonAppeared();
  }
  const filled = await sql`
    update candidate set
      headline = coalesce(headline, ${person.headline}), company = coalesce(company, ${person.company}),
      location = coalesce(location, ${person.location}), country = coalesce(country, ${person.country}),
      status = case when ${person.doNotContact} and status = 'active' then 'do-not-contact' else status end,
      updated_at = ${at}
    where id = ${id} and ((headline is null and ${person.headline}::text is not null) or (company is null and ${person.company}::text is not null)
      or (location is null and ${person.location}::text is not null) or (country is null and ${person.country}::text is not null)
      or (${person.doNotContact} and status = 'active'))`.execute(trx);
  return Number(filled.numAffectedRows ?? 0) > 0;
}
