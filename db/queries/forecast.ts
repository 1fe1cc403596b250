/** What a forecast reads of a cohort: who is in it, and by the batch what is known of them. It writes nothing. */
import { type RawBuilder, sql } from 'kysely';
import type { Contact, ContactHold } from '../../engine/contact/arbiter.ts';
import type { RunEvent } from '../../engine/events.ts';
import type { Graph } from '../../engine/flow/schema.ts';
import type { EarlierRun } from '../../engine/forecast/entry.ts';
import type { Plan } from '../../engine/plan/ops.ts';
import { type GuessedFrom, guessedFrom } from '../../engine/time/guess-zone.ts';
import { sweepEvents } from '../../engine/triggers/sweep.ts';
import type { Db } from '../connect.ts';
import { plannedAnew } from '../prepared.ts';
import { inTime } from './candidate-list.ts';
import { whySuppressed } from './effects.ts';
import { loadWorld, type StoredWorld } from './flow-world.ts';
import type { SuppressionRow } from './suppressions.ts';

const dayMs = 86_400_000;
/** The longest window that a cap may have, so that none has to be known here. */
const longestCap = 365 * dayMs;

/** Past events that would start the flow. Instants in milliseconds. */
export interface PastEvents {
  flowId: string;
  types: readonly string[];
  from: number;
  to: number;
}

export type StoredCohort =
  | { poolId: string }
  | { candidateIds: readonly string[] }
  /** Over a candidate `c`, as `conditionSql` answers it. */
  | { condition: RawBuilder<boolean> }
  | { events: PastEvents };

export interface Sample {
  ids: string[];
  /** How many there are in all. */
  of: number;
}

/**
 * At most `most` of them, evenly and the same each time: by a hash of their ids. Null: finding them takes longer than `ms`
 * milliseconds.
 */
export async function sampleOf(
  db: Db,
  cohort: StoredCohort,
  most: number,
  ms: number,
): Promise<Sample | null> {
  const query = sql<Sample>`${sql.raw(plannedAnew)}
    with who as materialized (select c.id from candidate c where c.merged_into is null and ${whoIn(cohort)})
    select (select count(*)::int from who) as of, coalesce((select jsonb_agg(id order by hash, id) from (
      select id, uuid_hash_extended(id, 0) as hash from who order by 2, 1 limit ${most}) as chosen), '[]') as ids`;
  const found = await inTime(db, ms, query);
  return found && (found[0] ?? { ids: [], of: 0 });
}

function whoIn(cohort: StoredCohort): RawBuilder<unknown> {
  if ('poolId' in cohort)
    return sql`c.id in (select candidate_id from pool_member where pool_id = ${cohort.poolId})`;
  if ('candidateIds' in cohort) return sql`c.id = any(${[...cohort.candidateIds]}::uuid[])`;
  if ('condition' in cohort) return sql`(${cohort.condition})`;
  return sql`c.id in (select e.candidate_id from event e where ${meantFor(cohort.events)})`;
}

/** What is meant for one flow names it. What came to be known only a week later enters nobody. */
const meantFor = ({ flowId, types, from, to }: PastEvents) => sql`e.type = any(${[...types]}::text[])
  and e.at >= ${new Date(from)} and e.at < ${new Date(to)} and e.recorded_at - e.at <= interval '7 days'
  and (e.type <> all(${['enrolment.requested', ...Object.values(sweepEvents)]}::text[]) or e.data->>'flowId' = ${flowId})`;

export interface PastEvent extends RunEvent {
  candidateId: string;
  /** Milliseconds since 1970. */
  recordedAt: number;
  byFlow: boolean;
}

/** Those of these candidates, as they came to be known. */
export async function pastEvents(
  db: Db,
  candidateIds: readonly string[],
  past: PastEvents,
): Promise<PastEvent[]> {
  const found = await sql<Omit<PastEvent, 'at' | 'recordedAt'> & { at: Date; recordedAt: Date }>`
    select e.id, e.candidate_id as "candidateId", e.seq, e.type, e.at, e.recorded_at as "recordedAt",
      e.application_id as "applicationId", e.enrolment_id as "enrolmentId", e.data, e.by_kind = 'flow' as "byFlow"
    from event e where e.candidate_id = any(${[...candidateIds]}::uuid[]) and ${meantFor(past)}
    order by e.recorded_at, e.candidate_id, e.seq`.execute(db);
  return found.rows.map(({ at, recordedAt, seq, ...event }) => ({
    ...event,
    seq: Number(seq),
    at: at.getTime(),
    recordedAt: recordedAt.getTime(),
  }));
}

export interface KnownPerson {
  candidateId: string;
  /** What her time zone was guessed from; null: someone told it, or nothing did. */
  zoneFrom: GuessedFrom | null;
  /** Her one active application; null: none, or several. */
  applicationId: string | null;
  suppressed: string | null;
  contacts: Contact[];
  holds: ContactHold[];
  earlier: EarlierRun[];
}

interface PersonRow extends Omit<KnownPerson, 'suppressed'> {
  status: Parameters<typeof whySuppressed>[0]['candidate']['status'];
  suppression: { reason: SuppressionRow['reason']; at: string } | null;
}

/**
 * At most 500, in one statement. `before`, in milliseconds: where the past is played again, only what was there before
 * it begins is known of this flow, and holds are not; null: everything.
 */
export async function knownOf(
  db: Db,
  candidateIds: readonly string[],
  { flowId, now, before }: { flowId: string; now: number; before: number | null },
): Promise<Map<string, KnownPerson>> {
  const at = new Date(now);
  const since = new Date((before ?? now) - longestCap);
  const isPast = before === null ? sql`true` : sql`e.started_at < ${new Date(before)}`;
  const wasSent =
    before === null
      ? sql`true`
      : sql`(m.flow_id is distinct from ${flowId} or m.reserved_at < ${new Date(before)})`;
  const found = await sql<PersonRow>`
    select c.id as "candidateId", c.status,
      case when c.time_zone is not null and c.time_zone_from = any(${[...guessedFrom]}::text[]) then c.time_zone_from end as "zoneFrom",
      (select min(a.id::text) from application a where a.candidate_id = c.id and a.status = 'active' having count(*) = 1) as "applicationId",
      (select jsonb_build_object('reason', s.reason, 'at', s.at) from candidate_email m join suppression s on s.address_key = m.address_key
        where m.candidate_id = c.id and m.is_primary) as suppression,
      coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'class', m.contact_class, 'at', ${ms(sql`coalesce(m.sent_at, m.reserved_at)`)}))
        from message m where m.candidate_id = c.id and m.reserved_at > ${since}
          and m.status not in ('held', 'queued', 'failed', 'cancelled') and ${wasSent}), '[]')
      || coalesce((select jsonb_agg(jsonb_build_object('id', m.id, 'class', m.contact_class, 'at', ${ms(sql`greatest(q.not_before, ${at}::timestamptz)`)}))
        from message m join email_queue q on q.message_id = m.id
        where m.candidate_id = c.id and m.status = 'queued' and ${before === null}), '[]') as contacts,
      coalesce((select jsonb_agg(jsonb_build_object('id', h.id, 'until', ${ms(sql`h.until`)}, 'covers', h.covers))
        from contact_hold h where h.candidate_id = c.id and h.released_at is null and h.until > ${at} and ${before === null}), '[]') as holds,
      coalesce((select jsonb_agg(jsonb_build_object('applicationId', e.application_id, 'jobId', a.job_id,
            'from', ${ms(sql`e.started_at`)}, 'to', ${ms(sql`e.ended_at`)}) order by e.started_at)
        from enrolment e left join application a on a.id = e.application_id
        where e.candidate_id = c.id and e.flow_id = ${flowId} and ${isPast}), '[]') as earlier
    from candidate c where c.id = any(${[...candidateIds]}::uuid[])`.execute(db);
  return new Map(
    found.rows.map(({ status, suppression, ...person }) => [
      person.candidateId,
      {
        ...person,
        suppressed: whySuppressed(
          { candidate: { status } },
          suppression && { reason: suppression.reason, at: new Date(suppression.at) },
        ),
      },
    ]),
  );
}

const ms = (instant: RawBuilder<unknown>) => sql`floor(extract(epoch from ${instant}) * 1000)::bigint`;

/** What runs for whoever enters now, with the templates that it was published with. Null: nothing does. */
export async function liveFlow(
  db: Db,
  flowId: string,
): Promise<{ graph: Graph; plan: Plan; world: StoredWorld } | null> {
  const found = await sql<{ graph: Graph; plan: Plan; templates: StoredWorld['templates'] }>`
    select v.graph, v.plan, coalesce((
      select jsonb_agg(jsonb_build_object('id', t.id, 'versionId', tv.id, 'name', t.name, 'subject', tv.subject, 'body', tv.body))
      from template_version tv join template t on t.id = tv.template_id
      where tv.id::text in (select op.value #>> '{input,templateVersionId}' from jsonb_each(v.plan->'ops') op)), '[]') as templates
    from flow f join flow_version v on v.id = f.live_version_id
    where f.id = ${flowId} and f.state in ('live', 'paused')`.execute(db);
  const [live] = found.rows;
  if (!live) return null;
  const world = await loadWorld(db, live.graph);
  return { graph: live.graph, plan: live.plan, world: { ...world, templates: live.templates } };
}

/** How many were in the flow at an instant. */
export async function countInside(db: Db, flowId: string, at: number): Promise<number> {
  const then = new Date(at);
  const found = await sql<{ n: number }>`
    select count(*)::int as n from enrolment
    where flow_id = ${flowId} and started_at <= ${then} and (ended_at is null or ended_at > ${then})`.execute(
    db,
  );
  return found.rows[0]?.n ?? 0;
}
