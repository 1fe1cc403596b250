/** Guesses the clocks of candidates anew, once what they are guessed from has changed. The candidates must be locked. */
import { sql } from 'kysely';
import { guessedFrom, guessZone } from '../../engine/time/guess-zone.ts';
import type { Trx } from './lock.ts';
import { noteZones } from './zones-seen.ts';

interface Known {
  id: string;
  country: string | null;
  location: string | null;
  phones: string[];
}

/** A zone that someone has told stays. Answers whose zone is another one now. */
export async function guessZones(trx: Trx, ids: readonly string[], now: number): Promise<string[]> {
  if (ids.length === 0) return [];
  const known = await sql<Known>`
    select c.id, c.country, c.location,
      coalesce((select jsonb_agg(number order by id) from candidate_phone where candidate_id = c.id), '[]') as phones
    from candidate c
    where c.id = any(${[...ids]}::uuid[]) and (c.time_zone is null or c.time_zone_from = any(${[...guessedFrom]}::text[]))`.execute(
    trx,
  );
  if (known.rows.length === 0) return [];
  const guesses = known.rows.map((row) => {
    const guess = guessZone(row);
    return { id: row.id, zone: guess?.timeZone ?? null, from: guess?.from ?? null };
  });
  const changed = await sql<{ id: string }>`
    update candidate set time_zone = given.zone, time_zone_from = given.from
    from jsonb_to_recordset(${JSON.stringify(guesses)}::jsonb) as given (id uuid, zone text, "from" text)
    where candidate.id = given.id
      and (candidate.time_zone, candidate.time_zone_from) is distinct from (given.zone, given."from")
    returning candidate.id`.execute(trx);
  const others = changed.rows.map((row) => row.id);
  const zones = guesses.flatMap((guess) => (others.includes(guess.id) ? guess.zone : []));
  await noteZones(trx, zones, others, now);
  return others;
}
