/** Marks: rows that say "look at this enrolment". Only the advance they asked for deletes them. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import type { Trx } from './lock.ts';

export type Lane = 'event' | 'due' | 'bulk';

export interface Mark {
  id: string;
  enrolmentId: string;
  kind: 'start' | 'wake';
  attempts: number;
  /** For a start whose first stretch is done. */
  startAt: Date | null;
  /** The enrolment is closed: there is nothing left to look at. */
  closed: boolean;
}

/** Asks for enrolments to be looked at; one that is already marked to be woken is left as it is. */
export async function markToWake(trx: Trx | Db, enrolmentIds: readonly string[], lane: Lane): Promise<void> {
  if (enrolmentIds.length === 0) return;
  const rows = enrolmentIds.map((enrolmentId) => ({ id: newId(), enrolmentId }));
  await sql`
    insert into mark (id, enrolment_id, kind, lane)
    select (row->>'id')::uuid, (row->>'enrolmentId')::uuid, 'wake', ${lane} from jsonb_array_elements(${JSON.stringify(rows)}::jsonb) as row`.execute(
    trx,
  );
}

/** So many whose wait ran over while the flow was held go on in a minute: resuming floods nobody. */
export const lateOnesAMinute = 600;

/**
 * Marks every open enrolment of a flow, as when it is resumed. Also those that are marked already: an advance under
 * way may have read that the flow was paused, and will delete the marks it knows. Those whose wait is not over yet only
 * need their clock set; those who are late go on one after another, who has waited longest first. `now` in
 * milliseconds. Answers how many.
 */
export async function markFlow(trx: Trx | Db, flowId: string, now: number): Promise<number> {
  const until = sql`coalesce((state->'wait'->>'until')::float8, 0)`;
  const marked = await sql`
    insert into mark (id, enrolment_id, kind, lane, next_at)
    select gen_random_uuid(), id, 'wake', 'bulk',
      now() + case when late then make_interval(secs => (row_number() over (partition by late order by until, id) - 1) * ${60 / lateOnesAMinute}::float8)
        else make_interval() end
    from (select id, ${until} as until, ${until} <= ${now} as late from enrolment where flow_id = ${flowId} and status = 'open') as run`.execute(
    trx,
  );
  return Number(marked.numAffectedRows ?? 0);
}

/**
 * A job has another title, which is no event of anyone: marks the runs about applications for it whose flow asks for the
 * title somewhere, so that those who wait for it, or leave by it, are asked again. Also those that are marked already, as
 * in `markFlow`. `startedFrom`: only those that began then or later.
 */
export async function markJob(trx: Trx, jobId: string, startedFrom: Date | null): Promise<number> {
  const marked = await sql`
    with asking as materialized (select id from flow_version where graph::text like '%"field": "job.title"%')
    insert into mark (id, enrolment_id, kind, lane)
    select gen_random_uuid(), e.id, 'wake', 'bulk'
    from application a join enrolment e on e.candidate_id = a.candidate_id and e.application_id = a.id
    where a.job_id = ${jobId} and e.status in ('open', 'blocked') and e.version_id in (select id from asking)
      ${startedFrom === null ? sql`` : sql`and e.started_at >= ${startedFrom}`}`.execute(trx);
  return Number(marked.numAffectedRows ?? 0);
}

/** Marks every enrolment that has a clock, as the open ones all have: Temporal's store is new and knows none of them. */
export async function markAllOpen(db: Db | Trx): Promise<number> {
  const marked = await sql`
    insert into mark (id, enrolment_id, kind, lane)
    select gen_random_uuid(), id, 'wake', 'bulk' from enrolment
    where (status = 'open' or (status = 'blocked' and wake_at is not null)) and not exists (select from mark where enrolment_id = enrolment.id)`.execute(
    db,
  );
  return Number(marked.numAffectedRows ?? 0);
}

/** An enrolment whose deadline passed a minute ago, be it a blocked one that may leave, was forgotten by its clock: marks it. */
export async function markOverdue(db: Db, now: number, limit = 500): Promise<number> {
  const marked = await sql`
    insert into mark (id, enrolment_id, kind, lane)
    select gen_random_uuid(), late.id, 'wake', 'due' from (
      select id from enrolment
      where status in ('open', 'blocked') and wake_at < ${new Date(now - 60_000)} and not exists (select from mark where enrolment_id = enrolment.id)
      order by wake_at limit ${limit}) as late`.execute(db);
  return Number(marked.numAffectedRows ?? 0);
}

/** An open enrolment of a live flow that neither a deadline nor a mark will ever move: marks it. */
export async function markUnclocked(db: Db, limit = 500): Promise<number> {
  const marked = await sql`
    insert into mark (id, enrolment_id, kind, lane)
    select gen_random_uuid(), lost.id, 'wake', 'due' from (
      select enrolment.id from enrolment join flow on flow.id = enrolment.flow_id
      where enrolment.status = 'open' and enrolment.wake_at is null and flow.state = 'live'
        and not exists (select from mark where enrolment_id = enrolment.id)
      limit ${limit}) as lost`.execute(db);
  return Number(marked.numAffectedRows ?? 0);
}

/** Leases marks: whoever claimed them has `leaseSeconds` (growing with every try) before they come up again. */
export async function claimMarks(db: Db, lane: Lane, limit: number): Promise<Mark[]> {
  const claimed = await sql<Mark>`
    with picked as (
      select id from mark where lane = ${lane} and next_at <= now() order by next_at, id limit ${limit} for update skip locked
    )
    update mark set attempts = attempts + 1, next_at = now() + make_interval(secs => least(60, 5 * power(2, least(attempts, 5))))
    from picked, enrolment
    where mark.id = picked.id and enrolment.id = mark.enrolment_id
    returning mark.id, mark.enrolment_id as "enrolmentId", mark.kind, mark.attempts, mark.start_at as "startAt",
      enrolment.status not in ('open', 'blocked') as closed`.execute(db);
  return claimed.rows;
}

/** One that an advance holds is left to it: whoever holds several marks must not wait for another's. */
export async function deleteMarks(db: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    delete from mark where id in (select id from mark where id = any(${[...ids]}::uuid[]) for update skip locked)`.execute(
    db,
  );
}

/** Whatever was asked for this enrolment has been looked at. The candidate must be locked. */
export async function clearMarks(trx: Trx, enrolmentId: string): Promise<void> {
  await sql`delete from mark where enrolment_id = ${enrolmentId}`.execute(trx);
}

/** Gives a mark back to be tried again in `seconds`. */
export async function returnMark(db: Db, id: string, seconds: number): Promise<void> {
  await sql`update mark set next_at = now() + make_interval(secs => ${seconds}) where id = ${id}`.execute(db);
}
