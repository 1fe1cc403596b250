/** What flows do to candidates, as SQL. The candidate must be locked; events are the caller's. */
import { sql } from 'kysely';
import { fold } from '../../engine/conditions/fold.ts';
import { type ContactSettings, readContactSettings } from '../../engine/contact/settings.ts';
import type { Sending } from '../../engine/effects/email-send.ts';
import type { PoolKnown } from '../../engine/effects/world.ts';
import type { Facts, StageKind } from '../../engine/facts.ts';
import { loadHolidays } from '../../engine/time/holidays.ts';
import { newId } from '../id.ts';
import type { By } from './events.ts';
import type { Trx } from './lock.ts';
import { addressKey } from './messages.ts';

/** At most one tag a candidate. */
export async function addTags(
  trx: Trx,
  tags: readonly { candidateId: string; tag: string; now: number }[],
): Promise<void> {
  const rows = tags.map(({ candidateId, tag, now }) => ({ id: candidateId, tag, at: new Date(now) }));
  await sql`
    update candidate set tags = array_append(tags, given.tag), updated_at = given.at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (id uuid, tag text, at timestamptz)
    where candidate.id = given.id and not given.tag = any(candidate.tags)`.execute(trx);
}

/** As they are spelt; at most once a candidate. */
export async function removeTags(
  trx: Trx,
  given: readonly { candidateId: string; tags: string[]; now: number }[],
): Promise<void> {
  const rows = given.map(({ candidateId, tags, now }) => ({
    id: candidateId,
    gone: tags,
    at: new Date(now),
  }));
  await sql`
    update candidate set updated_at = given.at,
      tags = array(select tag from unnest(candidate.tags) with ordinality as worn (tag, nth) where not given.gone ? tag order by nth)
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (id uuid, gone jsonb, at timestamptz)
    where candidate.id = given.id`.execute(trx);
}

export interface FoundStage {
  id: string;
  name: string;
  kind: StageKind;
}

/** In the order of `wanted`; null: the pipeline has no stage of that name. */
export async function stagesNamed(
  trx: Trx,
  wanted: readonly { pipelineId: string | null; name: string }[],
): Promise<(FoundStage | null)[]> {
  const rows = wanted.map(({ pipelineId, name }) => ({ pipeline_id: pipelineId, name_key: fold(name) }));
  const found = await sql<FoundStage & { pipelineId: string; nameKey: string }>`
    select stage.id, stage.name, stage.kind, stage.pipeline_id as "pipelineId", stage.name_key as "nameKey"
    from (select distinct * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (pipeline_id uuid, name_key text)) as given
    join stage on stage.pipeline_id = given.pipeline_id and stage.name_key = given.name_key`.execute(trx);
  const byName = new Map(
    found.rows.map(({ pipelineId, nameKey, ...stage }) => [`${pipelineId} ${nameKey}`, stage]),
  );
  return rows.map((row) => byName.get(`${row.pipeline_id} ${row.name_key}`) ?? null);
}

export interface ApplicationMove {
  applicationId: string;
  stageId: string;
  fromStageId: string | null;
  by: By;
  now: number;
}

/** Each application's stage, what follows from the stage's kind, and the move's own row. At most one move an application. */
export async function moveApplications(trx: Trx, moves: readonly ApplicationMove[]): Promise<void> {
  const rows = moves.map(({ applicationId, stageId, fromStageId, by, now }) => ({
    id: newId(now),
    application_id: applicationId,
    stage_id: stageId,
    from_stage_id: fromStageId,
    by_kind: by.kind,
    by_id: by.id ?? null,
    at: new Date(now),
  }));
  await sql`
    with given as materialized (
      select row.*, stage.kind
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
        id uuid, application_id uuid, stage_id uuid, from_stage_id uuid, by_kind text, by_id text, at timestamptz)
      join stage on stage.id = row.stage_id
    ), moved as (
      update application set stage_id = given.stage_id, stage_since = given.at,
        status = case when given.kind = 'hired' then 'hired' when application.status = 'hired' then 'active' else application.status end
      from given where application.id = given.application_id
      returning application.candidate_id, given.kind, given.at
    ), hired as (
      update candidate set status = 'hired', updated_at = moved.at from moved where candidate.id = moved.candidate_id and moved.kind = 'hired'
    )
    insert into stage_move (id, application_id, from_stage_id, to_stage_id, by_kind, by_id, at)
    select id, application_id, from_stage_id, stage_id, by_kind, by_id, at from given`.execute(trx);
}

/** Of one candidate at most one application. */
export async function closeApplications(
  trx: Trx,
  given: readonly { applicationId: string; status: 'active' | 'rejected' | 'withdrawn' }[],
): Promise<void> {
  await sql`
    update application set status = given.status
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as given ("applicationId" uuid, status text)
    where application.id = given."applicationId"`.execute(trx);
}

/** In the order of `poolIds`; null: gone. Until this transaction ends none of them is archived or given a condition. */
export async function poolsKnown(
  trx: Trx,
  poolIds: readonly string[],
): Promise<(Required<PoolKnown> | null)[]> {
  const found = await sql<Required<PoolKnown>>`
    select id, name, condition is not null as "isDynamic", archived_at is not null as "isArchived"
    from pool where id = any(${[...poolIds]}::uuid[]) order by id for share`.execute(trx);
  const byId = new Map(found.rows.map((pool) => [pool.id, pool]));
  return poolIds.map((id) => byId.get(id) ?? null);
}

/** In the order of `flowIds`; null: gone, or archived. Whether it lets anyone in is the router's question. */
export async function startableFlows(
  trx: Trx,
  flowIds: readonly string[],
): Promise<({ id: string; name: string } | null)[]> {
  const found = await sql<{ id: string; name: string }>`
    select id, name from flow where id::text = any(${[...flowIds]}::text[]) and state <> 'archived'`.execute(
    trx,
  );
  const byId = new Map(found.rows.map((flow) => [flow.id, flow]));
  return flowIds.map((id) => byId.get(id) ?? null);
}

export async function addToPools(
  trx: Trx,
  members: readonly { poolId: string; candidateId: string; by: By; now: number }[],
): Promise<void> {
  const rows = members.map(({ poolId, candidateId, by, now }) => ({
    pool_id: poolId,
    candidate_id: candidateId,
    joined_at: new Date(now),
    by_kind: by.kind,
    by_id: by.id ?? null,
  }));
  await sql`
    insert into pool_member (pool_id, candidate_id, joined_at, by_kind, by_id)
    select pool_id, candidate_id, joined_at, by_kind, by_id
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (pool_id uuid, candidate_id uuid, joined_at timestamptz, by_kind text, by_id text)
    on conflict do nothing`.execute(trx);
}

export async function removeFromPools(
  trx: Trx,
  members: readonly { poolId: string; candidateId: string }[],
): Promise<void> {
  await sql`
    delete from pool_member using jsonb_to_recordset(${JSON.stringify(members)}::jsonb) as given ("poolId" uuid, "candidateId" uuid)
    where pool_member.pool_id = given."poolId" and pool_member.candidate_id = given."candidateId"`.execute(
    trx,
  );
}

export async function writeNotes(
  trx: Trx,
  notes: readonly {
    candidateId: string;
    body: string;
    by: { kind: 'person' | 'flow'; id: string };
    now: number;
  }[],
): Promise<void> {
  const rows = notes.map(({ candidateId, body, by, now }) => ({
    id: newId(now),
    candidate_id: candidateId,
    author_kind: by.kind,
    author_id: by.id,
    body,
    created_at: new Date(now),
  }));
  await sql`
    insert into note (id, candidate_id, author_kind, author_id, body, created_at)
    select id, candidate_id, author_kind, author_id, body, created_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
      id uuid, candidate_id uuid, author_kind text, author_id text, body text, created_at timestamptz)`.execute(
    trx,
  );
}

export interface Suppression {
  reason: 'unsubscribed' | 'bounced' | 'complained' | 'manual';
  at: Date;
}

export interface KnownTemplate {
  template: { name: string; subject: string; body: string } | null;
  suppression: Suppression | null;
  /** The workspace's. */
  contact: ContactSettings;
}

/** Pinned template versions, and whether the addresses may be written to, in one statement; in the order of `wanted`. */
export async function knownTemplates(
  trx: Trx,
  wanted: readonly { versionId: string; address: string | null }[],
): Promise<KnownTemplate[]> {
  const rows = wanted.map(({ versionId, address }, ord) => ({
    ord,
    version_id: versionId,
    address_key: address === null ? null : addressKey(address),
  }));
  const found = await sql<{
    ord: number;
    template: KnownTemplate['template'];
    suppression: { reason: Suppression['reason']; at: string } | null;
    contact: unknown;
  }>`
    select given.ord,
      case when v.id is null then null else jsonb_build_object('name', t.name, 'subject', v.subject, 'body', v.body) end as template,
      case when s.address_key is null then null else jsonb_build_object('reason', s.reason, 'at', s.at) end as suppression,
      w.settings->'contact' as contact
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (ord int, version_id uuid, address_key text)
    cross join workspace w
    left join template_version v on v.id = given.version_id
    left join template t on t.id = v.template_id
    left join suppression s on s.address_key = given.address_key`.execute(trx);
  const byOrd = new Map(found.rows.map((row) => [row.ord, row]));
  // One workspace, so one row says it for all.
  const contact = readContactSettings(found.rows[0]?.contact);
  if (contact.skipHolidays) await loadHolidays();
  return wanted.map((_, ord) => {
    const { template = null, suppression = null } = byOrd.get(ord) ?? {};
    return {
      template,
      contact,
      suppression: suppression ? { reason: suppression.reason, at: new Date(suppression.at) } : null,
    };
  });
}

const because: Record<Suppression['reason'], (day: string) => string> = {
  unsubscribed: (day) => `Asked us on ${day} not to write.`,
  bounced: (day) => `The address bounced on ${day}.`,
  complained: (day) => `Marked a message of ours as spam on ${day}.`,
  manual: (day) => `The address was blocked by hand on ${day}.`,
};

const day = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});

/** Why this candidate may not be written to, as a sentence; null when she may. */
export function whySuppressed(
  facts: { candidate: Pick<Facts['candidate'], 'status'> },
  suppression: Suppression | null,
): string | null {
  if (suppression) return because[suppression.reason](day.format(suppression.at));
  if (facts.candidate.status === 'do-not-contact') return 'The candidate is marked “do not contact”.';
  return null;
}

export interface MessageToQueue {
  id: string;
  candidateId: string;
  applicationId: string | null;
  enrolmentId: string;
  flowId: string;
  versionId: string;
  nodeId: string;
  visit: number;
  templateVersionId: string;
  token: string;
  from: string;
  to: string;
  replyTo: string;
  subject: string;
  html: string;
  text: string;
  /** Null: of the hiring process, at any hour. */
  sending?: Sending | null;
  /** It is queued once a person lets it go. */
  held?: boolean;
  now: number;
}

/** As the message's columns say it; a message that may leave at any hour and is never stale carries nothing. */
function carried({ sending, now }: MessageToQueue) {
  if (!sending)
    return {
      contact_class: 'process',
      priority: 0,
      sending: null,
      not_before: new Date(now),
      put_off_by: null,
    };
  const { class: contactClass, priority, notBefore, holiday, ...carried } = sending;
  const carries = carried.hours.length > 0 || carried.staleAt !== null || carried.skipHolidays === true;
  return {
    contact_class: contactClass,
    priority,
    sending: carries ? carried : null,
    not_before: new Date(notBefore),
    put_off_by:
      holiday === undefined ? { code: 'hours', detail: {} } : { code: 'holiday', detail: { holiday } },
  };
}

export async function queueMessages(trx: Trx, messages: readonly MessageToQueue[]): Promise<void> {
  const rows = messages.map((message) => ({
    id: message.id,
    candidate_id: message.candidateId,
    application_id: message.applicationId,
    enrolment_id: message.enrolmentId,
    flow_id: message.flowId,
    version_id: message.versionId,
    node_id: message.nodeId,
    visit: message.visit,
    template_version_id: message.templateVersionId,
    token: message.token,
    from_address: message.from,
    to_address: message.to,
    reply_to: message.replyTo,
    subject: message.subject,
    html: message.html,
    text: message.text,
    created_at: new Date(message.now),
    status: message.held ? 'held' : 'queued',
    ...carried(message),
  }));
  await sql`
    with queued as (
      insert into message (id, candidate_id, application_id, enrolment_id, flow_id, version_id, node_id, visit, template_version_id,
        token, from_address, to_address, reply_to, subject, html, text, status, created_at, contact_class, priority, sending)
      select id, candidate_id, application_id, enrolment_id, flow_id, version_id, node_id, visit, template_version_id,
        token, from_address, to_address, reply_to, subject, html, text, status, created_at, contact_class, priority, sending
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
        id uuid, candidate_id uuid, application_id uuid, enrolment_id uuid, flow_id uuid, version_id uuid, node_id text, visit int,
        template_version_id uuid, token text, from_address text, to_address text, reply_to text, subject text, html text, text text,
        created_at timestamptz, status text, contact_class text, priority int, sending jsonb)
      returning id, status
    ), put_off as (
      insert into contact_decision (id, message_id, candidate_id, verdict, code, detail, until, at)
      select gen_random_uuid(), id, candidate_id, 'defer', put_off_by->>'code', put_off_by->'detail', not_before, created_at
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (id uuid, candidate_id uuid, created_at timestamptz, not_before timestamptz, status text, put_off_by jsonb)
      where not_before > created_at and status = 'queued'
    )
    insert into email_queue (message_id, not_before)
    select queued.id, row.not_before from queued
    join jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (id uuid, not_before timestamptz) on row.id = queued.id
    where queued.status = 'queued'`.execute(trx);
}
