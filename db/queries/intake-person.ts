/** Who a request is about: found or made, and enriched. */
import { sql } from 'kysely';
import { fold } from '../../engine/conditions/fold.ts';
import { isTimeZone } from '../../engine/time/calendar.ts';
import { guessedFrom, guessZone } from '../../engine/time/guess-zone.ts';
import { newId } from '../id.ts';
import { applicant } from './intake-application.ts';
import { lockCandidate, type Trx } from './lock.ts';
import { addressKey } from './messages.ts';
import { checkPools } from './pool-checks.ts';
import { guessZones } from './zones.ts';
import { noteZones } from './zones-seen.ts';

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

/** Who someone is to the kind of source that speaks of her. */
export interface Mention {
  sourceKind: string;
  person: Pick<Person, 'externalId' | 'emails'>;
}

/** Who each is, today: by her id in the source, else by an address; null: not known. Not locked. */
export async function findPeople(trx: Trx, mentions: readonly Mention[]): Promise<(string | null)[]> {
  const rows = mentions.map(({ sourceKind, person }, ord) => ({
    ord,
    source_kind: sourceKind,
    external_id: person.externalId,
    keys: person.emails.map(addressKey),
  }));
  const found = await sql<{ ord: number; id: string | null }>`
    select given.ord, coalesce(
      (select candidate_id from candidate_external where source_kind = given.source_kind and external_id = given.external_id),
      (select candidate_id from candidate_email
        where address_key in (select jsonb_array_elements_text(given.keys)) and not is_claim order by candidate_id limit 1)) as id
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (ord int, source_kind text, external_id text, keys jsonb)`.execute(
    trx,
  );
  const byOrd = new Map(found.rows.map((row) => [row.ord, row.id]));
  return mentions.map((_, ord) => byOrd.get(ord) ?? null);
}

export const findPerson = async (trx: Trx, mention: Mention): Promise<string | null> =>
  (await findPeople(trx, [mention]))[0] ?? null;

const fullName = (person: Pick<Person, 'firstName' | 'lastName' | 'emails'>): string =>
  [person.firstName, person.lastName].filter((name) => name !== null).join(' ') ||
  (person.emails[0]?.split('@')[0] ?? 'Unnamed');

/** Each address once, by its key; the first is the one to write to. */
const addressesOf = (person: Person): { key: string; address: string }[] =>
  [...new Map(person.emails.map((address) => [addressKey(address), address.trim()]))].map(
    ([key, address]) => ({ key, address }),
  );

/** One that this machine does not know is none; `takenInWords` says that it was left out. */
const toldZone = ({ timeZone }: Pick<Person, 'timeZone'>) =>
  timeZone !== null && isTimeZone(timeZone) ? { timeZone, from: 'source' } : null;

export interface NewPerson {
  sourceKind: string;
  /** Where she came from, as the source calls it. */
  source: string | null;
  person: Person;
}

/**
 * Makes people whom nobody knows yet, in one statement, and answers their ids in order. They are locked by being new.
 * `heedGone` comes first: who was deleted at the source is not to be written to.
 * Two requests about one new person at the same moment meet at a unique key: the later transaction fails with a
 * unique violation, is run again, and finds her.
 */
export async function createPeople(trx: Trx, people: readonly NewPerson[], now: number): Promise<string[]> {
  const rows = people.map(({ sourceKind, source, person }) => {
    const name = fullName(person);
    const zone = toldZone(person) ?? guessZone(person);
    return {
      id: newId(now),
      first_name: person.firstName,
      last_name: person.lastName,
      full_name: name,
      name_key: fold(name),
      search_key: fold([name, ...person.emails, person.company ?? '', person.headline ?? ''].join(' ')),
      headline: person.headline,
      company: person.company,
      location: person.location,
      country: person.country,
      time_zone: zone?.timeZone ?? null,
      time_zone_from: zone?.from ?? null,
      source: source ?? sourceKind,
      status: person.doNotContact ? 'do-not-contact' : 'active',
      source_kind: sourceKind,
      external_id: person.externalId,
      emails: addressesOf(person).map((email, index) => ({
        id: newId(now),
        ...email,
        is_primary: index === 0,
      })),
      phones: [...new Set(person.phones)].map((number) => ({ id: newId(now), number })),
      links: [...new Map(person.links.map((link) => [link.url, link])).values()].map((link) => ({
        id: newId(now),
        ...link,
      })),
    };
  });
  const at = new Date(now);
  await sql`
    with given as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
        id uuid, first_name text, last_name text, full_name text, name_key text, search_key text, headline text, company text,
        location text, country text, time_zone text, time_zone_from text, source text, status text, source_kind text, external_id text,
        emails jsonb, phones jsonb, links jsonb)
    ), made as (
      insert into candidate (id, first_name, last_name, full_name, name_key, search_key, headline, company, location, country,
        time_zone, time_zone_from, source, status, created_at, updated_at, last_activity_at)
      select id, first_name, last_name, full_name, name_key, search_key, headline, company, location, country,
        time_zone, time_zone_from, source, status, ${at}, ${at}, ${at} from given
    ), addressed as (
      insert into candidate_email (id, candidate_id, address, address_key, is_primary, created_at)
      select email.id, given.id, email.address, email.key, email.is_primary, ${at}
      from given, jsonb_to_recordset(given.emails) as email (id uuid, address text, key text, is_primary boolean)
    ), phoned as (
      insert into candidate_phone (id, candidate_id, number, created_at)
      select phone.id, given.id, phone.number, ${at} from given, jsonb_to_recordset(given.phones) as phone (id uuid, number text)
    ), linked as (
      insert into candidate_link (id, candidate_id, kind, url)
      select link.id, given.id, link.kind, link.url from given, jsonb_to_recordset(given.links) as link (id uuid, kind text, url text)
    )
    insert into candidate_external (source_kind, external_id, candidate_id)
    select source_kind, external_id, id from given where external_id is not null`.execute(trx);
  const ids = rows.map((row) => row.id);
  await noteZones(
    trx,
    rows.map((row) => row.time_zone),
    ids,
    now,
  );
  return ids;
}

/**
 * Finds the person and locks her, or makes her. Whom neither an id nor an address tells is the one whose application
 * (`applicationId`, the source's) it is: a corrected address makes nobody new.
 */
export async function findOrCreatePerson(
  trx: Trx,
  newcomer: NewPerson,
  applicationId: string | null,
  now: number,
): Promise<{ id: string; created: boolean }> {
  const told = await findPerson(trx, newcomer);
  const found =
    told ?? (applicationId === null ? null : await applicant(trx, newcomer.sourceKind, applicationId));
  const known = found ? await lockCandidate(trx, found) : null;
  if (known) return { id: known, created: false };
  const [id] = await createPeople(trx, [newcomer], now);
  return { id: id as string, created: true };
}

/** She goes by this id there, too; whoever has it already keeps it. Answers whether it was free. */
export async function noteExternal(
  trx: Trx,
  sourceKind: string,
  externalId: string,
  candidateId: string,
): Promise<boolean> {
  const noted = await trx
    .insertInto('candidate_external')
    .values({ source_kind: sourceKind, external_id: externalId, candidate_id: candidateId })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return (noted.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/**
 * Adds what is new about someone known; fills what was empty and never overwrites what someone entered here. Answers
 * the fields that it filled, such as `candidate.company`.
 */
export async function enrichPerson(
  trx: Trx,
  id: string,
  sourceKind: string,
  person: Person,
  now: number,
): Promise<string[]> {
  const at = new Date(now);
  const filled: string[] = [];
  const emails = addressesOf(person).map((email) => ({ id: newId(now), ...email }));
  if (emails.length > 0) {
    // An address that someone else holds stays a claim until a person has looked at it.
    const added = await sql<{ isPrimary: boolean }>`
      insert into candidate_email (id, candidate_id, address, address_key, is_primary, is_claim, created_at)
      select (row->>'id')::uuid, ${id}, row->>'address', row->>'key',
        ord = 1 and not exists (select from candidate_email where candidate_id = ${id} and is_primary),
        exists (select from candidate_email other where other.address_key = row->>'key' and not other.is_claim and other.candidate_id <> ${id}), ${at}
      from jsonb_array_elements(${JSON.stringify(emails)}::jsonb) with ordinality as given (row, ord)
      on conflict (candidate_id, address_key) do nothing returning is_primary as "isPrimary"`.execute(trx);
    if (added.rows.some((row) => row.isPrimary)) filled.push('email');
  }
  const hadPhone = await trx
    .selectFrom('candidate_phone')
    .select('id')
    .where('candidate_id', '=', id)
    .limit(1)
    .executeTakeFirst();
  if (!hadPhone && person.phones.length > 0) filled.push('phone');
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
  if (person.externalId !== null) await noteExternal(trx, sourceKind, person.externalId, id);
  // A first address or number of hers is told by no event.
  await checkPools(trx, [id], now);
  // The lock makes what is read here what is there.
  const before = await trx
    .selectFrom('candidate')
    .select(['headline', 'company', 'location', 'country', 'status', 'time_zone', 'time_zone_from'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  const blank = (['headline', 'company', 'location', 'country'] as const).filter(
    (name) => before[name] === null && person[name] !== null,
  );
  const hold = person.doNotContact && before.status === 'active';
  const told = toldZone(person);
  const isGuess = before.time_zone === null || guessedFrom.some((from) => from === before.time_zone_from);
  if (told && isGuess && told.timeZone !== before.time_zone) filled.push('timeZone');
  if (filled.length === 0 && blank.length === 0 && !hold) return [];
  await trx
    .updateTable('candidate')
    .set({
      ...Object.fromEntries(blank.map((name) => [name, person[name]])),
      ...(hold ? { status: 'do-not-contact' as const } : {}),
      ...(told && isGuess ? { time_zone: told.timeZone, time_zone_from: told.from } : {}),
      updated_at: at,
    })
    .where('id', '=', id)
    .execute();
  await guessZones(trx, [id], now);
  if (told && isGuess) await noteZones(trx, [told.timeZone], [id], now);
  return [...filled, ...blank, ...(hold ? ['status'] : [])].map((name) => `candidate.${name}`);
}
