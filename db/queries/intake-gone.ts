/** Whom a source deleted before anyone here had heard of her. A request of hers that was put off may still come. */
import { sql } from 'kysely';
import type { NewPerson } from './intake-person.ts';
import type { Trx } from './lock.ts';

const lockKey = sql`hashtextextended('gone ' || source_kind || ' ' || external_id, 0)`;

/**
 * The newcomers, those who are gone marked as not to be written to. Holds their ids against a deletion until the
 * transaction ends, and so comes before any candidate's lock.
 */
export async function heedGone(trx: Trx, newcomers: readonly NewPerson[]): Promise<NewPerson[]> {
  const rows = newcomers.flatMap(({ sourceKind, person }, ord) =>
    person.externalId === null ? [] : [{ ord, source_kind: sourceKind, external_id: person.externalId }],
  );
  if (rows.length === 0) return [...newcomers];
  const given = sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (ord int, source_kind text, external_id text)`;
  // In one order, and in a statement before the look, which sees what was written until the locks were there.
  await sql`
    select pg_advisory_xact_lock_shared(key) from (select distinct ${lockKey} as key from ${given} order by 1) as keys`.execute(
    trx,
  );
  const found = await sql<{ ord: number }>`
    select ord from ${given} join candidate_gone using (source_kind, external_id)`.execute(trx);
  const gone = new Set(found.rows.map((row) => row.ord));
  return newcomers.map((newcomer, ord) =>
    gone.has(ord) ? { ...newcomer, person: { ...newcomer.person, doNotContact: true } } : newcomer,
  );
}

/** From here to the end of the transaction nobody becomes known by this id. */
export async function holdGone(trx: Trx, sourceKind: string, externalId: string): Promise<void> {
  await sql`
    select pg_advisory_xact_lock(${lockKey}) from (select ${sourceKind}::text as source_kind, ${externalId}::text as external_id) as given`.execute(
    trx,
  );
}

/** She is not known; should a request of hers come, she is not to be written to. The id must be held. */
export async function rememberGone(
  trx: Trx,
  sourceKind: string,
  externalId: string,
  now: number,
): Promise<void> {
  await trx
    .insertInto('candidate_gone')
    .values({ source_kind: sourceKind, external_id: externalId, at: new Date(now) })
    .onConflict((c) => c.doNothing())
    .execute();
}
