/**
 * Zones in which somebody lives from now on, and nobody did. Triggers by date and by holiday come round at each zone's
 * own time, and what is planned so far knows nothing of such a zone: a due row of its own looks after it.
 */
import { sql } from 'kysely';
import { newId } from '../id.ts';
import type { Trx } from './lock.ts';

/**
 * Called in the transaction that writes `zones` to candidates (`ids`). It waits for nobody: the sweeps themselves are
 * looked at once this is committed, by `db/queries/sweeps.ts`.
 */
export async function noteZones(
  trx: Trx,
  zones: readonly (string | null | undefined)[],
  ids: readonly string[],
  now: number,
): Promise<void> {
  const given = [...new Set(zones.flatMap((zone) => zone ?? []))];
  if (given.length === 0) return;
  const fresh = await sql<{ zone: string }>`
    select zone from unnest(${given}::text[]) as given (zone)
    where not exists (select from candidate c where c.time_zone = zone and c.id <> all(${[...ids]}::uuid[]))`.execute(
    trx,
  );
  await lookAfterZones(
    trx,
    fresh.rows.map((row) => row.zone),
    now,
  );
}

/** As soon as this is committed. */
export async function lookAfterZones(trx: Trx, zones: readonly string[], now: number): Promise<void> {
  if (zones.length === 0) return;
  const at = new Date(now);
  await trx
    .insertInto('due')
    .values({
      id: newId(now),
      kind: 'zones-seen',
      at,
      payload: JSON.stringify({ zones }),
      next_at: at,
    })
    .execute();
}
