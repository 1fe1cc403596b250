/** Contact holds: someone is talking to her, so flows keep quiet until an instant. The candidates must be locked. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import { lockOne } from './candidates.ts';
import { recordEvents } from './events.ts';
import { lockCandidate, type Trx } from './lock.ts';

export interface NewHold {
  candidateId: string;
  /** Milliseconds since 1970. */
  until: number;
  /** `nurture`: all but the hiring process. */
  covers: 'nurture' | 'everything';
  reason: string;
  by: { kind: 'person' | 'flow'; id?: string | null };
  now: number;
}

/** One hold a candidate: a new one takes the older one's place. Each is looked at when its time is up. Answers the ids, in the order given. */
export async function placeHolds(trx: Trx, holds: readonly NewHold[]): Promise<string[]> {
  const rows = holds.map(({ candidateId, until, covers, reason, by, now }) => ({
    id: newId(now),
    candidate_id: candidateId,
    until: new Date(until),
    covers,
    reason,
    by_kind: by.kind,
    by_id: by.id ?? null,
    at: new Date(now),
  }));
  await sql`
    with given as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
        id uuid, candidate_id uuid, until timestamptz, covers text, reason text, by_kind text, by_id text, at timestamptz)
    ), replaced as (
      update contact_hold set released_at = given.at from given
      where contact_hold.candidate_id = given.candidate_id and released_at is null
    ), planned as (
      insert into due (id, kind, at, candidate_id, payload, next_at)
      select gen_random_uuid(), 'hold-end', until, candidate_id, jsonb_build_object('type', 'contact.released', 'holdId', id), until from given
    )
    insert into contact_hold (id, candidate_id, until, covers, reason, by_kind, by_id, created_at)
    select id, candidate_id, until, covers, reason, by_kind, by_id, at from given`.execute(trx);
  return rows.map((row) => row.id);
}

/**
 * Ends what holds these candidates now, and has what waited for that looked at again. Answers who was held. `now` in
 * milliseconds.
 */
export async function releaseHolds(
  trx: Trx,
  candidateIds: readonly string[],
  now: number,
): Promise<string[]> {
  const at = new Date(now);
  const released = await sql<{ candidateId: string }>`
    with released as (
      update contact_hold set released_at = ${at}
      where candidate_id = any(${[...candidateIds]}::uuid[]) and released_at is null and until > ${at}
      returning candidate_id
    ), awaited as (
      update email_queue set not_before = ${at}
      from released join message m on m.candidate_id = released.candidate_id and m.status = 'queued'
      where email_queue.message_id = m.id and email_queue.not_before > ${at}
        and (select d.code from contact_decision d where d.message_id = m.id order by d.at desc, d.id desc limit 1) = 'held'
    )
    select distinct candidate_id as "candidateId" from released`.execute(trx);
  return released.rows.map((row) => row.candidateId);
}

/**
 * A hold's time is up. It says so once, and only where nothing else holds contact with her: one that was let go of or
 * replaced before has nothing to end. Locks the candidate. `now` in milliseconds.
 */
export async function endHold(trx: Trx, holdId: string, now: number): Promise<void> {
  const at = new Date(now);
  const hold = await trx
    .selectFrom('contact_hold')
    .select('candidate_id as candidateId')
    .where('id', '=', holdId)
    .executeTakeFirst();
  if (!hold || !(await lockCandidate(trx, hold.candidateId))) return;
  const ended = await sql<{ candidateId: string; until: Date; isHeld: boolean }>`
    update contact_hold h set released_at = until where id = ${holdId} and released_at is null and until <= ${at}
    returning candidate_id as "candidateId", until, exists (
      select from contact_hold o where o.candidate_id = h.candidate_id and o.released_at is null and o.until > ${at}) as "isHeld"`.execute(
    trx,
  );
  const [over] = ended.rows;
  if (!over || over.isHeld) return;
  await recordEvents(
    trx,
    [
      {
        candidateId: over.candidateId,
        type: 'contact.released',
        at: over.until.getTime(),
        data: { expired: true },
        by: { kind: 'system' },
      },
    ],
    now,
  );
}

export interface ActiveHold {
  id: string;
  candidateId: string;
  until: Date;
  covers: 'nurture' | 'everything';
}

export async function activeHolds(
  trx: Trx,
  candidateIds: readonly string[],
  now: number,
): Promise<ActiveHold[]> {
  const found = await sql<ActiveHold>`
    select id, candidate_id as "candidateId", until, covers from contact_hold
    where candidate_id = any(${[...candidateIds]}::uuid[]) and released_at is null and until > ${new Date(now)}`.execute(
    trx,
  );
  return found.rows;
}

const tell = (
  trx: Trx,
  candidateId: string,
  type: 'contact.held' | 'contact.released',
  data: Record<string, unknown>,
  by: string,
  now: number,
) => recordEvents(trx, [{ candidateId, type, data, by: { kind: 'person', id: by } }], now);

/** A person says that she is talking to her. Null: there is no such candidate. `until` in milliseconds. */
export async function holdContact(
  db: Db,
  candidateId: string,
  hold: Pick<NewHold, 'until' | 'covers' | 'reason'>,
  by: string,
  now: number,
): Promise<string | null> {
  return db.transaction().execute(async (trx) => {
    if (!(await lockOne(trx, candidateId))) return null;
    const [id = ''] = await placeHolds(trx, [{ ...hold, candidateId, by: { kind: 'person', id: by }, now }]);
    const data = { holdId: id, until: new Date(hold.until).toISOString(), covers: hold.covers };
    await tell(trx, candidateId, 'contact.held', data, by, now);
    return id;
  });
}

/** Null: there is no such candidate. False: nothing held contact with her. */
export async function releaseContact(
  db: Db,
  candidateId: string,
  by: string,
  now: number,
): Promise<boolean | null> {
  return db.transaction().execute(async (trx) => {
    if (!(await lockOne(trx, candidateId))) return null;
    if ((await releaseHolds(trx, [candidateId], now)).length === 0) return false;
    await tell(trx, candidateId, 'contact.released', {}, by, now);
    return true;
  });
}

export interface ShownHold {
  id: string;
  until: Date;
  covers: 'nurture' | 'everything';
  reason: string;
  /** Who holds it: a person's or a flow's name. */
  by: string | null;
}

/** What holds contact with her now; null: nothing. */
export async function holdOf(db: Db, candidateId: string, now: number): Promise<ShownHold | null> {
  const found = await sql<ShownHold>`
    select h.id, h.until, h.covers, h.reason, coalesce(u.name, k.name, f.name) as by from contact_hold h
    left join "user" u on h.by_kind = 'person' and u.id = h.by_id
    left join api_key k on h.by_kind = 'person' and k.id::text = h.by_id
    left join flow f on h.by_kind = 'flow' and f.id::text = h.by_id
    where h.candidate_id = ${candidateId} and h.released_at is null and h.until > ${new Date(now)}
    order by h.until desc limit 1`.execute(db);
  return found.rows[0] ?? null;
}
