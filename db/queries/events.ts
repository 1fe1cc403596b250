/** Writes what happened. One statement: the events, their dense seqs, the router's queue and the pools', and exits at once. */
import { sql } from 'kysely';
import { doings } from '../../engine/events.ts';
import { newId } from '../id.ts';
import type { Trx } from './lock.ts';

export type By = {
  kind: 'person' | 'flow' | 'source' | 'candidate' | 'provider' | 'system';
  id?: string | null;
};

export interface EventToWrite {
  candidateId: string;
  /** One of `eventTypes` (engine/events.ts) or `custom.<name>`. */
  type: string;
  /** When it happened, in milliseconds; absent: when it was recorded. */
  at?: number;
  /** Absent: `now`. */
  recordedAt?: number;
  applicationId?: string | null;
  enrolmentId?: string | null;
  messageId?: string | null;
  data?: Record<string, unknown>;
  causeId?: string | null;
  /** How many flows stand behind it. */
  depth?: number;
  by: By;
}

export interface WrittenEvent {
  id: string;
  candidateId: string;
  seq: number;
  type: string;
}

/**
 * The candidates must be locked (see `lock.ts`). An event that ends an enrolment cancels that enrolment's
 * messages which have not left yet and the decisions it waits for, here and now, whether or not anything else is running.
 * `now` in milliseconds, from the injected clock.
 */
export async function recordEvents(
  trx: Trx,
  events: readonly EventToWrite[],
  now: number,
): Promise<WrittenEvent[]> {
  if (events.length === 0) return [];
  const rows = events.map((event, ord) => ({
    ord,
    id: newId(event.recordedAt ?? now),
    candidate_id: event.candidateId,
    type: event.type,
    at: new Date(event.at ?? event.recordedAt ?? now).toISOString(),
    recorded_at: new Date(event.recordedAt ?? now).toISOString(),
    application_id: event.applicationId ?? null,
    enrolment_id: event.enrolmentId ?? null,
    message_id: event.messageId ?? null,
    data: event.data ?? {},
    cause_id: event.causeId ?? null,
    depth: event.depth ?? 0,
    by_kind: event.by.kind,
    by_id: event.by.id ?? null,
  }));
  const written = await sql<WrittenEvent>`
    with given as materialized (
      select *, row_number() over (partition by candidate_id order by ord) as nth
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
        ord int, id uuid, candidate_id uuid, type text, at timestamptz, recorded_at timestamptz, application_id uuid, enrolment_id uuid,
        message_id uuid, data jsonb, cause_id uuid, depth int, by_kind text, by_id text)
    ), counted as (
      select candidate_id, count(*)::int as n, max(recorded_at) as recorded_at,
        max(recorded_at) filter (where type = any(${doings}::text[])) as heard_at from given group by candidate_id
    ), bumped as (
      update candidate set event_seq = event_seq + counted.n, last_activity_at = greatest(last_activity_at, counted.recorded_at),
        heard_at = greatest(candidate.heard_at, counted.heard_at)
      from counted where candidate.id = counted.candidate_id
      returning candidate.id, candidate.event_seq - counted.n as base
    ), heard as (
      -- Only what a flow or a run listens for. A run that starts to wait later sees the event itself, under the lock;
      -- for a flow that is being published at this moment, see \`planCatchUp\`.
      select given.id, given.type = 'enrolment.requested'
        or exists (select from flow_trigger where flow_trigger.event_type = given.type)
        or exists (
          select from enrolment where enrolment.candidate_id = given.candidate_id
            and ((enrolment.status in ('open', 'blocked') and (enrolment.wait_event in (given.type, '*') or given.type = any(enrolment.exit_on)
                or given.type = any(enrolment.jump_on) or '*' = any(enrolment.exit_on)))
              or (enrolment.goal_until is not null and enrolment.goal_at is null and given.type = any(enrolment.goal_events))))
        as queued
      from given
    ), written as (
      insert into event (id, candidate_id, seq, type, at, recorded_at, application_id, enrolment_id, message_id, data, cause_id, depth, by_kind, by_id, queued)
      select given.id, given.candidate_id, bumped.base + given.nth, given.type, given.at, given.recorded_at, given.application_id,
        given.enrolment_id, given.message_id, coalesce(given.data, '{}'), given.cause_id, given.depth, given.by_kind, given.by_id, heard.queued
      from given join heard on heard.id = given.id join bumped on bumped.id = given.candidate_id
      returning id, candidate_id, seq, type, queued
    ), told as (
      insert into event_queue (event_id) select id from written where queued
    ), checked as (
      -- Whom a pool with a condition may mean differently now. Without such pools there is nothing to look at.
      insert into pool_check (candidate_id, next_at, cause_id, depth)
      select distinct on (given.candidate_id) given.candidate_id, ${new Date(now)}::timestamptz, given.id, coalesce(given.depth, 0) from given
      where exists (select from pool where condition is not null and archived_at is null and given.type = any(pool.hears))
      order by given.candidate_id, given.depth desc, given.ord
      on conflict do nothing
    ), cancelled as (
      update message set status = case when message.status = 'sending' then 'sending' else 'cancelled' end,
        reason = 'exit:' || given.type
      from given join enrolment on enrolment.candidate_id = given.candidate_id
      where message.enrolment_id = enrolment.id and message.status in ('held', 'queued', 'sending')
        -- Also of a run that has come to its end or to an exit: what it wrote last has not left yet.
        and enrolment.status in ('open', 'blocked', 'ended', 'exited') and given.type = any(enrolment.exit_on)
        and (given.type not like 'application.%' or given.application_id is null
          or enrolment.application_id is null or given.application_id = enrolment.application_id)
    ), recalled as (
      update task set status = 'cancelled', settled_at = given.recorded_at
      from given join enrolment on enrolment.candidate_id = given.candidate_id
      where task.enrolment_id = enrolment.id and task.kind = 'approval' and task.status = 'open'
        and given.type = any(enrolment.exit_on)
        and (given.type not like 'application.%' or given.application_id is null
          or enrolment.application_id is null or given.application_id = enrolment.application_id)
    )
    select id, candidate_id as "candidateId", seq, type from written order by candidate_id, seq`.execute(trx);
  return written.rows.map((row) => ({ ...row, seq: Number(row.seq) }));
}
