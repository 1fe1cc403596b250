/** Loads what conditions and templates may see of candidates, many at once, in one statement. */
import { sql } from 'kysely';
import type { PastAsked } from '../../engine/conditions/history.ts';
import type { Facts } from '../../engine/facts.ts';
import type { Db } from '../connect.ts';
import { historyJson } from './history.ts';
import type { Trx } from './lock.ts';

export interface Wanted {
  candidateId: string;
  applicationId: string | null;
}

/** The facts as SQL expression, with `c` a candidate and `a` an application (or nulls) in scope. */
export const factsJson = sql`jsonb_build_object(
  'candidate', jsonb_build_object(
    'id', c.id, 'firstName', c.first_name, 'lastName', c.last_name, 'fullName', c.full_name,
    'email', (select address from candidate_email where candidate_id = c.id and is_primary),
    'phone', (select number from candidate_phone where candidate_id = c.id order by id limit 1),
    'headline', c.headline, 'company', c.company, 'location', c.location, 'country', c.country,
    'timeZone', c.time_zone, 'source', c.source, 'status', c.status, 'tags', to_jsonb(c.tags),
    'pools', coalesce((select jsonb_agg(pool_id order by pool_id) from pool_member where candidate_id = c.id), '[]'),
    'createdAt', to_char(c.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'custom', c.custom,
    'consentUntil', to_char(c.consent_until at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'hasWithdrawn', c.consent_withdrawn_at is not null, 'hasConsented', c.consent_given_at is not null),
  'application', case when a.id is null then null else jsonb_build_object(
    'id', a.id, 'status', a.status, 'stage', s.name, 'stageId', s.id, 'stageKind', s.kind, 'pipelineId', a.pipeline_id,
    'source', coalesce(a.source_kind, a.source),
    'appliedAt', to_char(a.applied_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) end,
  'job', case when j.id is null then null else jsonb_build_object(
    'id', j.id, 'title', j.title, 'department', j.department, 'location', j.location) end,
  'owner', case when o.id is null then null else jsonb_build_object(
    'firstName', nullif(split_part(o.name, ' ', 1), ''), 'fullName', o.name, 'email', o.email) end,
  'workspace', jsonb_build_object('name', w.name, 'timeZone', w.time_zone))`;

/** What `factsJson` needs beside `c` and `a`. */
export const factsJoins = sql`
  left join stage s on s.id = a.stage_id
  left join job j on j.id = a.job_id
  left join "user" o on o.id = c.owner_id
  cross join workspace w`;

/** The facts with the past that some condition asks for: what nobody asks for costs nothing. */
export const factsWith = (history: readonly PastAsked[]) =>
  history.length === 0
    ? factsJson
    : sql`${factsJson} || jsonb_build_object('history', ${historyJson(history)})`;

/** In the order of `wanted`; null where the candidate does not exist. `history`: what is asked of the past (`historyOf`). */
export async function loadFacts(
  db: Db | Trx,
  wanted: readonly Wanted[],
  history: readonly PastAsked[] = [],
): Promise<(Facts | null)[]> {
  if (wanted.length === 0) return [];
  const loaded = await sql<{ ord: number; facts: Facts }>`
    select want.ord::int as ord, ${factsWith(history)} as facts
    from unnest(${wanted.map((one) => one.candidateId)}::uuid[], ${wanted.map((one) => one.applicationId)}::uuid[])
      with ordinality as want (candidate_id, application_id, ord)
    join candidate c on c.id = want.candidate_id
    left join application a on a.id = want.application_id
    ${factsJoins}`.execute(db);
  const byOrd = new Map(loaded.rows.map((row) => [row.ord, row.facts]));
  return wanted.map((_, index) => byOrd.get(index + 1) ?? null);
}
