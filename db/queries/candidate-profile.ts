/** A candidate's profile, whole, in one statement. */
import { type RawBuilder, sql } from 'kysely';
import type { Db } from '../connect.ts';
import { followingJson, nodeJson, type StoredNode, waitsUntil } from './candidate-list.ts';
import { addressKey } from './messages.ts';

export interface StoredEnrolment {
  id: string;
  flowId: string;
  flowName: string;
  version: number;
  status: 'open' | 'blocked' | 'ended' | 'exited' | 'converted';
  nodeId: string | null;
  wakeAt: string | null;
  startedAt: string;
  endedAt: string | null;
  endReason: string | null;
  node: StoredNode | null;
  following: StoredNode | null;
}

export interface StoredProfile {
  id: string;
  firstName: string | null;
  lastName: string | null;
  fullName: string;
  headline: string | null;
  company: string | null;
  location: string | null;
  country: string | null;
  timeZone: string | null;
  timeZoneFrom: string | null;
  source: string | null;
  status: 'active' | 'hired' | 'do-not-contact';
  mergedInto: string | null;
  tags: string[];
  custom: Record<string, string | number | boolean | string[] | null>;
  createdAt: Date;
  /** Until when she agreed to be kept in touch with; null: she was not asked, or said no. */
  consentUntil: Date | null;
  hasConsented: boolean;
  hasWithdrawn: boolean;
  updatedAt: Date;
  lastActivityAt: Date;
  lastReplyAt: Date | null;
  owner: { id: string; name: string } | null;
  emails: { id: string; address: string; primary: boolean; claim: boolean; verifiedAt: string | null }[];
  phones: { id: string; number: string }[];
  links: { id: string; kind: string; url: string }[];
  applications: {
    id: string;
    job: { id: string; title: string } | null;
    pipelineId: string;
    stage: { id: string; name: string; kind: 'lead' | 'active' | 'offer' | 'hired' | 'archived' } | null;
    stageSince: string;
    status: 'active' | 'hired' | 'rejected' | 'withdrawn';
    source: string | null;
    mirroredStage: string | null;
    mirroredAt: string | null;
    appliedAt: string;
  }[];
  pools: { id: string; name: string; joinedAt: string }[];
  enrolments: StoredEnrolment[];
}

const rfc = (column: string | RawBuilder<unknown>) =>
  sql`to_char(${typeof column === 'string' ? sql.ref(column) : column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

export async function readProfile(db: Db, id: string): Promise<StoredProfile | null> {
  const found = await sql<StoredProfile>`
    select c.id, c.first_name as "firstName", c.last_name as "lastName", c.full_name as "fullName", c.headline, c.company, c.location,
      c.country, c.time_zone as "timeZone", c.time_zone_from as "timeZoneFrom", c.source, c.status, c.merged_into as "mergedInto",
      c.tags, c.custom, c.created_at as "createdAt", c.consent_until as "consentUntil", c.consent_given_at is not null as "hasConsented", c.consent_withdrawn_at is not null as "hasWithdrawn", c.updated_at as "updatedAt", c.last_activity_at as "lastActivityAt",
      (select created_at from message where candidate_id = c.id and direction = 'in' order by created_at desc limit 1) as "lastReplyAt",
      (select jsonb_build_object('id', o.id, 'name', o.name) from "user" o where o.id = c.owner_id) as owner,
      coalesce((select jsonb_agg(jsonb_build_object('id', e.id, 'address', e.address, 'primary', e.is_primary, 'claim', e.is_claim,
        'verifiedAt', ${rfc('e.verified_at')}) order by e.is_primary desc, e.created_at) from candidate_email e where e.candidate_id = c.id), '[]') as emails,
      coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'number', p.number) order by p.created_at) from candidate_phone p where p.candidate_id = c.id), '[]') as phones,
      coalesce((select jsonb_agg(jsonb_build_object('id', l.id, 'kind', l.kind, 'url', l.url) order by l.kind) from candidate_link l where l.candidate_id = c.id), '[]') as links,
      coalesce((select jsonb_agg(jsonb_build_object('id', a.id, 'pipelineId', a.pipeline_id, 'status', a.status, 'source', coalesce(a.source_kind, a.source),
        'job', case when j.id is null then null else jsonb_build_object('id', j.id, 'title', j.title) end,
        'stage', case when s.id is null then null else jsonb_build_object('id', s.id, 'name', s.name, 'kind', s.kind) end,
        'stageSince', ${rfc('a.stage_since')}, 'mirroredStage', a.mirrored_stage, 'mirroredAt', ${rfc('a.mirrored_at')}, 'appliedAt', ${rfc('a.applied_at')})
        order by a.applied_at desc) from application a left join job j on j.id = a.job_id left join stage s on s.id = a.stage_id where a.candidate_id = c.id), '[]') as applications,
      coalesce((select jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name, 'joinedAt', ${rfc('m.joined_at')}) order by p.name)
        from pool_member m join pool p on p.id = m.pool_id where m.candidate_id = c.id and p.archived_at is null), '[]') as pools,
      coalesce((select jsonb_agg(jsonb_build_object('id', e.id, 'flowId', f.id, 'flowName', f.name, 'version', v.number, 'status', e.status,
        'nodeId', e.node_id, 'wakeAt', ${rfc(waitsUntil)}, 'startedAt', ${rfc('e.started_at')}, 'endedAt', ${rfc('e.ended_at')}, 'endReason', e.end_reason,
        'node', ${nodeJson(sql`e.node_id`)}, 'following', ${followingJson}) order by e.started_at desc)
        from (select * from enrolment where candidate_id = c.id order by started_at desc limit 50) e
        join flow f on f.id = e.flow_id join flow_version v on v.id = e.version_id), '[]') as enrolments
    from candidate c where c.id = ${id}`.execute(db);
  return found.rows[0] ?? null;
}

/** Why mail to an address is stopped, and since when; null: it is not. */
export async function suppressionOf(
  db: Db,
  address: string,
): Promise<{ reason: 'unsubscribed' | 'bounced' | 'complained' | 'manual'; at: Date } | null> {
  const found = await db
    .selectFrom('suppression')
    .select(['reason', 'at'])
    .where('address_key', '=', addressKey(address))
    .executeTakeFirst();
  return found ?? null;
}
