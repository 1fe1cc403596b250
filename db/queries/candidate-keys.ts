/** Keeps the folded keys that conditions read: whoever has none, or had what they were made of changed, is given them. */
import { sql } from 'kysely';
import { keysOf } from '../../engine/conditions/keys.ts';
import type { CandidateFacts } from '../../engine/facts.ts';
import type { Db } from '../connect.ts';

const batch = 500;

type Keyed = Parameters<typeof keysOf>[0] & { id: string };

/** Gives so many their keys, and answers how many. Whom another transaction is changing is left to the next time. */
export async function keepKeys(db: Db, most = batch): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const claimed = await sql<{ id: string }>`
      select id from candidate where keys is null order by id limit ${most} for no key update skip locked`.execute(
      trx,
    );
    if (claimed.rows.length === 0) return 0;
    // Read once they are locked: what was committed a moment ago, her number too, is seen.
    const found = await sql<Keyed>`
      select id, first_name as "firstName", last_name as "lastName", full_name as "fullName", headline, company, location, country,
        time_zone as "timeZone", source, custom, (select number from candidate_phone where candidate_id = candidate.id order by id limit 1) as phone
      from candidate where id = any(${claimed.rows.map((row) => row.id)}::uuid[])`.execute(trx);
    const given = found.rows.map((row) => ({
      id: row.id,
      keys: keysOf(row satisfies Pick<CandidateFacts, 'custom'>),
    }));
    await sql`
      update candidate set keys = given.keys
      from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given (id uuid, keys jsonb)
      where candidate.id = given.id`.execute(trx);
    return found.rows.length;
  });
}

/** Until everyone has them. */
export async function keepAllKeys(db: Db): Promise<void> {
  while ((await keepKeys(db)) > 0);
}

const mostBatches = 10;

/**
 * Before a search. After an import of many thousands the rest is left to the pump, which is at it: until then their
 * text is as good as empty.
 */
export async function keepKeysForSearch(db: Db): Promise<void> {
  for (let nth = 0; nth < mostBatches; nth++) if ((await keepKeys(db)) === 0) return;
}
