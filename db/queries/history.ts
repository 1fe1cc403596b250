/** What happened to a candidate `c`, of the kinds of event that conditions ask for. */
import { type RawBuilder, sql } from 'kysely';
import type { PastAsked } from '../../engine/conditions/history.ts';
import type { Facts, History } from '../../engine/facts.ts';
import type { Db } from '../connect.ts';
import type { Trx } from './lock.ts';

const rfc = (at: RawBuilder<unknown>) =>
  sql`to_char(${at} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** As `Facts.history`; only what is asked for is looked up. */
export const historyJson = (asked: readonly PastAsked[]): RawBuilder<unknown> => sql`(
  select coalesce(jsonb_object_agg(family, kinds), '{}') from (
    select split_part(asked.type, '.', 1) as family, jsonb_object_agg(split_part(asked.type, '.', 2), jsonb_build_object(
      'last', ${rfc(sql`happened.last`)}, 'count', happened.count)
      || case when asked.newest = 0 then '{}' else jsonb_build_object('newest', newest.list) end) as kinds
    from unnest(${asked.map((past) => past.type)}::text[], ${asked.map((past) => past.newest)}::int[]) as asked (type, newest)
    cross join lateral (
      select max(at) as last, count(*)::int as count from event where candidate_id = c.id and event.type = asked.type
    ) as happened
    cross join lateral (
      select coalesce(jsonb_agg(${rfc(sql`at`)} order by at desc), '[]') as list from (
        select at from event where asked.newest > 0 and candidate_id = c.id and event.type = asked.type
        order by at desc limit asked.newest) as each
    ) as newest group by 1
  ) as families)`;

/** By candidate, to be added to facts that were loaded without. */
export async function loadHistories(
  db: Db | Trx,
  candidateIds: readonly string[],
  asked: readonly PastAsked[],
): Promise<Map<string, Pick<Facts, 'history'>>> {
  if (candidateIds.length === 0 || asked.length === 0) return new Map();
  const found = await sql<{ id: string; history: History }>`
    select c.id, ${historyJson(asked)} as history from unnest(${[...candidateIds]}::uuid[]) as c (id)`.execute(
    db,
  );
  return new Map(found.rows.map(({ id, history }) => [id, { history }]));
}
