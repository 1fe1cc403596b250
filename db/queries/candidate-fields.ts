/** Fields of candidates as flows write them, many people in one go. The candidates must be locked; events are the caller's. */
import { sql } from 'kysely';
import { type FieldValue, findWritable } from '../../engine/candidate-fields.ts';
import { fold } from '../../engine/conditions/fold.ts';
import type { Trx } from './lock.ts';
import { guessZones } from './zones.ts';
import { noteZones } from './zones-seen.ts';

export interface FieldToWrite {
  candidateId: string;
  /** A path of `findWritable`. */
  field: string;
  value: FieldValue;
  /** The full name from now on, where a part of it changed; null: as it was. */
  fullName: string | null;
  now: number;
}

const columns = {
  firstName: 'first_name',
  lastName: 'last_name',
  headline: 'headline',
  company: 'company',
  location: 'location',
  country: 'country',
  timeZone: 'time_zone',
  source: 'source',
} as const;

/** What a search looks through. */
export const searchKey = (
  name: string,
  emails: string[],
  company: string | null,
  headline: string | null,
): string => fold([name, ...emails, company ?? '', headline ?? ''].join(' '));

/** At most one field a candidate. */
export async function writeFields(trx: Trx, given: readonly FieldToWrite[]): Promise<void> {
  const found = await sql<{
    id: string;
    name: string;
    company: string | null;
    headline: string | null;
    emails: string[];
  }>`
    select c.id, c.full_name as name, c.company, c.headline,
      coalesce((select jsonb_agg(address order by id) from candidate_email where candidate_id = c.id), '[]') as emails
    from candidate c where c.id = any(${given.map((one) => one.candidateId)}::uuid[])`.execute(trx);
  const known = new Map(found.rows.map((row) => [row.id, row]));
  const rows = given.flatMap(({ candidateId, field, value, fullName, now }) => {
    const writable = findWritable(field);
    const was = known.get(candidateId);
    if (!writable || !was) return [];
    const { own, name } = writable;
    const after = { ...was, ...(own === 'company' || own === 'headline' ? { [own]: value } : {}) };
    const called = fullName ?? was.name;
    return {
      id: candidateId,
      own: own === null ? {} : { [columns[own]]: value },
      custom: own === null ? { [name]: value } : {},
      full_name: called,
      name_key: fold(called),
      search_key: searchKey(called, after.emails, after.company, after.headline),
      at: new Date(now),
    };
  });
  await sql`
    update candidate set
      first_name = case when own ? 'first_name' then own ->> 'first_name' else first_name end,
      last_name = case when own ? 'last_name' then own ->> 'last_name' else last_name end,
      headline = case when own ? 'headline' then own ->> 'headline' else headline end,
      company = case when own ? 'company' then own ->> 'company' else company end,
      location = case when own ? 'location' then own ->> 'location' else location end,
      country = case when own ? 'country' then own ->> 'country' else country end,
      time_zone = case when own ? 'time_zone' then own ->> 'time_zone' else time_zone end,
      time_zone_from = case when not own ? 'time_zone' then time_zone_from when own ->> 'time_zone' is null then null else 'flow' end,
      source = case when own ? 'source' then own ->> 'source' else source end,
      custom = candidate.custom || given.custom, full_name = given.full_name, name_key = given.name_key,
      search_key = given.search_key, updated_at = given.at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (
      id uuid, own jsonb, custom jsonb, full_name text, name_key text, search_key text, at timestamptz)
    where candidate.id = given.id`.execute(trx);
  const telling = given.filter(({ field }) => tellsZone.has(field));
  const [first] = telling;
  if (!first) return;
  const ids = telling.map((one) => one.candidateId);
  await guessZones(trx, ids, first.now);
  const told = telling.flatMap(({ field, value }) =>
    field === 'candidate.timeZone' && typeof value === 'string' ? value : [],
  );
  await noteZones(trx, told, ids, first.now);
}

/** What a zone is guessed from; one that is cleared is guessed, too. */
const tellsZone = new Set(['candidate.country', 'candidate.location', 'candidate.timeZone']);
