/** What happened to a candidate `c`, of the kinds of event that conditions ask for. */
import { type RawBuilder, sql } from 'kysely';
import type { Facts, History } from '../../engine/facts.ts';
import type { Db } from '../connect.ts';
import type { Trx } from './lock.ts';

/** As `Facts.history`; only what is asked for is looked up. */
export const historyJson = (types: readonly string[]): RawBuilder<unknown> => sql`(
  select coalesce(jsonb_object_agg(family, kinds), '{}') from (
    select split_part(asked.type, '.', 1) as family, jsonb_object_agg(split_part(asked.type, '.', 2), jsonb_build_object(
      'last', to_char(happened.last at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'count', happened.count)) as kinds
    from unnest(${types}::text[]) as asked (type)
    cross join lateral (
      select max(at) as last, count(*)::int as count from event where candidate_id = c.id and event.type = asked.type
    ) as happened group by 1
  ) as families)`;

/** By candidate, to be added to facts that were loaded without. */
export async function loadHistories(
  db: Db | Trx,
  candidateIds: readonly string[],
  types: readonly string[],
): Promise<Map<string, Pick<Facts, 'history'>>> {
  if (candidateIds.length === 0 || types.length === 0) return new Map();
  const found = await sql<{ id: string; history: History }>`
    select c.id, ${historyJson(types)} as history from unnest(${[...candidateIds]}::uuid[]) as c (id)`.execute(
    db,
  );
  return new Map(found.rows.map(({ id, history }) => [id, { history }]));
}
