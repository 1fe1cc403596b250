/** Two records of one person become one. Nothing is lost, nobody gets a step twice. */
import { type RawBuilder, sql } from 'kysely';
import { guessedFrom } from '../../engine/time/guess-zone.ts';
import { closeRun } from './close-run.ts';
import { loadEnrolment } from './enrolments.ts';
import { type By, recordEvents } from './events.ts';
import { consentAsRecorded } from './invitations.ts';
import { lockCandidates, MergedMeanwhile, type Trx } from './lock.ts';
import { markToWake } from './marks.ts';
import { guessZones } from './zones.ts';

export interface Merge {
  keep: string;
  lose: string;
  by: By;
}

/**
 * Moves everything of `lose` to `keep`. Its events that some run of its own has not seen yet come after those of
 * `keep`; older ones go below zero, so that the order of what is to come stays dense and no run mistakes history
 * for news. Of two open runs in one flow, the one of `keep` goes on. Queue tables are not touched: they hold no
 * candidate, so that a merge never meets a pump's locks.
 */
export async function mergeCandidates(trx: Trx, { keep, lose, by }: Merge, now: number): Promise<void> {
  const locked = await lockCandidates(trx, [keep, lose]);
  if (locked.length !== 2 || locked.some((one) => one.mergedInto !== null)) throw new MergedMeanwhile();

  await sql`
    update candidate_email set candidate_id = ${keep}, is_primary = false
    where candidate_id = ${lose} and address_key not in (select address_key from candidate_email where candidate_id = ${keep})`.execute(
    trx,
  );
  // What both hold is verified if either holds it so: a claim is often the very reason for the merge.
  const held = await sql<{ key: string; claim: boolean; verifiedAt: Date | null }>`
    delete from candidate_email where candidate_id = ${lose} returning address_key as key, is_claim as claim, verified_at as "verifiedAt"`.execute(
    trx,
  );
  const own = held.rows.filter((row) => !row.claim);
  if (own.length > 0)
    await sql`
      update candidate_email set is_claim = false, verified_at = coalesce(candidate_email.verified_at, own.at)
      from unnest(${own.map((row) => row.key)}::text[], ${own.map((row) => row.verifiedAt)}::timestamptz[]) as own (key, at)
      where candidate_id = ${keep} and address_key = own.key`.execute(trx);
  await sql`
    update candidate_email set is_primary = true
    where id = (select id from candidate_email where candidate_id = ${keep} order by created_at, id limit 1)
      and not exists (select from candidate_email where candidate_id = ${keep} and is_primary)`.execute(trx);
  for (const table of ['candidate_phone', 'candidate_link'] as const) {
    const value = table === 'candidate_phone' ? sql`number` : sql`url`;
    await sql`
      update ${sql.table(table)} set candidate_id = ${keep}
      where candidate_id = ${lose} and ${value} not in (select ${value} from ${sql.table(table)} where candidate_id = ${keep})`.execute(
      trx,
    );
  }
  for (const table of [
    'candidate_external',
    'note',
    'application',
    'message',
    'refusal',
    'operation_row',
    'task',
    'notice',
    'outgoing_notice',
    'contact_hold',
    'contact_decision',
    'consent',
  ] as const) {
    await sql`update ${sql.table(table)} set candidate_id = ${keep} where candidate_id = ${lose}`.execute(
      trx,
    );
  }
  await sql`
    insert into pool_member (pool_id, candidate_id, joined_at, by_kind, by_id)
    select pool_id, ${keep}, joined_at, by_kind, by_id from pool_member where candidate_id = ${lose} on conflict do nothing`.execute(
    trx,
  );
  await sql`delete from pool_member where candidate_id = ${lose}`.execute(trx);

  await sql`
    insert into occasion (flow_id, node_id, candidate_id, what, at)
    select flow_id, node_id, ${keep}, what, at from occasion where candidate_id = ${lose} on conflict do nothing`.execute(
    trx,
  );
  await sql`delete from occasion where candidate_id = ${lose}`.execute(trx);

  await closeSecondRuns(trx, { keep, lose, by }, now);
  await moveEventsAndRuns(trx, keep, lose);
  await fillAndRetire(trx, keep, lose, now);
  await consentAsRecorded(trx, keep);
  await recordEvents(trx, [{ candidateId: keep, type: 'candidate.merged', data: { merged: lose }, by }], now);
  const open = await trx
    .selectFrom('enrolment')
    .select('id')
    .where('candidate_id', '=', keep)
    .where('status', '=', 'open')
    .execute();
  await markToWake(
    trx,
    open.map((row) => row.id),
    'event',
  );
}

/** Those of the loser in a flow where the survivor has a run of the same kind. */
async function closeSecondRuns(trx: Trx, { keep, lose, by }: Merge, now: number): Promise<void> {
  const second = await sql<{ id: string }>`
    select id from enrolment
    where candidate_id = ${lose} and status in ('open', 'blocked') and exists (
      select from enrolment other where other.candidate_id = ${keep} and other.flow_id = enrolment.flow_id
        and other.entry_key = enrolment.entry_key and other.status in ('open', 'blocked'))
    order by id`.execute(trx);
  for (const { id } of second.rows) {
    const loaded = await loadEnrolment(trx, id);
    if (loaded) await closeRun(trx, loaded, { reason: 'merged', by, now });
  }
}

async function moveEventsAndRuns(trx: Trx, keep: string, lose: string): Promise<void> {
  // The point from which some open run of the loser, or the router, has not looked yet.
  const unseen = sql<number>`least(
    coalesce(
      (select min(seen_seq) from enrolment where candidate_id = ${lose} and status in ('open', 'blocked')),
      (select event_seq from candidate where id = ${lose})),
    (select min(event.seq) - 1 from event join event_queue on event_queue.event_id = event.id
      where event.candidate_id = ${lose} and event_queue.dead_reason is null))`;
  const borders = await sql<{ unseen: number; top: number; bottom: number }>`
    select ${unseen} as unseen, (select event_seq from candidate where id = ${keep}) as top,
      least(0, coalesce((select min(seq) from event where candidate_id = ${keep}), 0)) as bottom`.execute(
    trx,
  );
  const { unseen: from, top, bottom } = borders.rows[0] ?? { unseen: 0, top: 0, bottom: 0 };
  const moved = await sql<{ n: number }>`
    with numbered as (
      select id, seq > ${from} as news, row_number() over (partition by seq > ${from} order by seq) as nth,
        count(*) over (partition by seq > ${from}) as total
      from event where candidate_id = ${lose}
    ), moved as (
      update event set candidate_id = ${keep}, moved = true,
        seq = case when numbered.news then ${top}::bigint + numbered.nth else ${bottom}::bigint - 1 - (numbered.total - numbered.nth) end
      from numbered where event.id = numbered.id returning numbered.news
    )
    select count(*) filter (where news)::int as n from moved`.execute(trx);
  // Each run of the loser has seen as many of the news as before, and must not take the survivor's past for news.
  await sql`
    update enrolment set candidate_id = ${keep}, seen_seq = ${top}::bigint + greatest(0, seen_seq - ${from}::bigint),
      state = case when state->'wait' is null or jsonb_typeof(state->'wait') <> 'object' then state
        else jsonb_set(state, '{wait,sinceSeq}', to_jsonb(${top}::bigint + greatest(0, (state->'wait'->>'sinceSeq')::bigint - ${from}::bigint))) end
    where candidate_id = ${lose}`.execute(trx);
  await sql`update candidate set event_seq = event_seq + ${moved.rows[0]?.n ?? 0} where id = ${keep}`.execute(
    trx,
  );
}

/** It has no zone, or one that nobody told. */
const isGuess = (of: RawBuilder<unknown>) =>
  sql`(${of}.time_zone is null or coalesce(${of}.time_zone_from, '') = any(${[...guessedFrom]}::text[]))`;

async function fillAndRetire(trx: Trx, keep: string, lose: string, now: number): Promise<void> {
  const at = new Date(now);
  await sql`
    update candidate k set
      first_name = coalesce(k.first_name, l.first_name), last_name = coalesce(k.last_name, l.last_name),
      headline = coalesce(k.headline, l.headline), company = coalesce(k.company, l.company), location = coalesce(k.location, l.location),
      country = coalesce(k.country, l.country),
      -- What someone has told of either goes before what was guessed of the other.
      time_zone = case when ${isGuess(sql`k`)} and not ${isGuess(sql`l`)} then l.time_zone else k.time_zone end,
      time_zone_from = case when ${isGuess(sql`k`)} and not ${isGuess(sql`l`)} then l.time_zone_from else k.time_zone_from end,
      owner_id = coalesce(k.owner_id, l.owner_id), custom = l.custom || k.custom,
      tags = array(select distinct unnest(k.tags || l.tags)),
      status = case when 'do-not-contact' in (k.status, l.status) then 'do-not-contact' when 'hired' in (k.status, l.status) then 'hired' else 'active' end,
      search_key = k.search_key || ' ' || l.search_key, heard_at = greatest(k.heard_at, l.heard_at), updated_at = ${at}
    from candidate l where k.id = ${keep} and l.id = ${lose}`.execute(trx);
  await guessZones(trx, [keep], now);
  await sql`update candidate set merged_into = ${keep}, event_seq = 0, updated_at = ${at} where id = ${lose}`.execute(
    trx,
  );
}
