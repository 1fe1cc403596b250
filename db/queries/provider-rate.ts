/** The provider's rate: one row for all workers. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';

/** Takes one request from the provider's shared rate; evenly paced, since a burst would break the provider's own window. Answers 0, or the seconds until there may be one. */
export async function takeToken(db: Db, provider: string, perSecond: number): Promise<number> {
  const taken = await sql<{ tokens: number; stopped: number | null }>`
    insert into provider_rate as rate (provider, tokens, refilled_at) values (${provider}, 0, clock_timestamp())
    on conflict (provider) do update set
      tokens = least(1, rate.tokens + extract(epoch from clock_timestamp() - rate.refilled_at) * ${perSecond}) - 1,
      refilled_at = clock_timestamp()
    where (rate.stopped_until is null or rate.stopped_until <= clock_timestamp())
      and least(1, rate.tokens + extract(epoch from clock_timestamp() - rate.refilled_at) * ${perSecond}) >= 1
    returning tokens, null as stopped`.execute(db);
  if (taken.rows.length > 0) return 0;
  const state = await sql<{ seconds: number }>`
    select greatest(0.02, extract(epoch from coalesce(stopped_until, clock_timestamp()) - clock_timestamp()),
      (1 - least(1, tokens + extract(epoch from clock_timestamp() - refilled_at) * ${perSecond})) / ${perSecond})::float8 as seconds
    from provider_rate where provider = ${provider}`.execute(db);
  return state.rows[0]?.seconds ?? 1;
}

/** No request for `seconds`: the provider said so, and the Messages page shows why. */
export async function stopProvider(db: Db, provider: string, seconds: number, why: string): Promise<void> {
  await sql`
    update provider_rate set stopped_until = clock_timestamp() + make_interval(secs => ${seconds}), stopped_reason = ${why} where provider = ${provider}`.execute(
    db,
  );
}
