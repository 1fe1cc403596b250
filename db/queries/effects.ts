/** What flows do to candidates, as SQL. The candidate must be locked; events are the caller's. */
import { sql } from 'kysely';
import { fold } from '../../engine/conditions/fold.ts';
import type { Facts, StageKind } from '../../engine/facts.ts';
import { newId } from '../id.ts';
import type { By } from './events.ts';
import type { Trx } from './lock.ts';
import { addressKey } from './messages.ts';

export async function addTag(trx: Trx, candidateId: string, tag: string, now: number): Promise<void> {
  await sql`update candidate set tags = array_append(tags, ${tag}), updated_at = ${new Date(now)}
    where id = ${candidateId} and not ${tag} = any(tags)`.execute(trx);
}

export async function stageNamed(
  trx: Trx,
  pipelineId: string,
  name: string,
): Promise<{ id: string; name: string; kind: StageKind } | null> {
  const stage = await trx
    .selectFrom('stage')
    .select(['id', 'name', 'kind'])
    .where('pipeline_id', '=', pipelineId)
    .where('name_key', '=', fold(name))
    .executeTakeFirst();
  return stage ?? null;
}

export interface ApplicationMove {
  applicationId: string;
  stageId: string;
  fromStageId: string | null;
  by: By;
}

/** The application's stage, what follows from the stage's kind, and the move's own row. */
export async function moveApplication(
  trx: Trx,
  { applicationId, stageId, fromStageId, by }: ApplicationMove,
  now: number,
): Promise<void> {
  const at = new Date(now);
  await sql`
    with target as (select id, kind from stage where id = ${stageId}),
    moved as (
      update application set stage_id = target.id, stage_since = ${at},
        status = case when target.kind = 'hired' then 'hired' when application.status = 'hired' then 'active' else application.status end
      from target where application.id = ${applicationId}
      returning application.candidate_id, target.kind
    ), hired as (
      update candidate set status = 'hired', updated_at = ${at} from moved where candidate.id = moved.candidate_id and moved.kind = 'hired'
    )
    insert into stage_move (id, application_id, from_stage_id, to_stage_id, by_kind, by_id, at)
    values (${newId(now)}, ${applicationId}, ${fromStageId}, ${stageId}, ${by.kind}, ${by.id ?? null}, ${at})`.execute(
    trx,
  );
}

export async function livePool(trx: Trx, poolId: string): Promise<{ id: string; name: string } | null> {
  const pool = await trx
    .selectFrom('pool')
    .select(['id', 'name'])
    .where('id', '=', poolId)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
  return pool ?? null;
}

export async function addToPool(
  trx: Trx,
  member: { poolId: string; candidateId: string; by: By },
  now: number,
): Promise<void> {
  await sql`
    insert into pool_member (pool_id, candidate_id, joined_at, by_kind, by_id)
    values (${member.poolId}, ${member.candidateId}, ${new Date(now)}, ${member.by.kind}, ${member.by.id ?? null})
    on conflict do nothing`.execute(trx);
}

export interface Suppression {
  reason: 'unsubscribed' | 'bounced' | 'complained' | 'manual';
  at: Date;
}

/** A pinned template version, and whether the address may be written to, in one statement. */
export async function knownTemplate(
  trx: Trx,
  versionId: string,
  address: string | null,
): Promise<{
  template: { name: string; subject: string; body: string } | null;
  suppression: Suppression | null;
}> {
  const found = await sql<{
    template: { name: string; subject: string; body: string } | null;
    suppression: { reason: Suppression['reason']; at: string } | null;
  }>`
    select
      (select jsonb_build_object('name', t.name, 'subject', v.subject, 'body', v.body)
        from template_version v join template t on t.id = v.template_id where v.id = ${versionId}) as template,
      (select jsonb_build_object('reason', reason, 'at', at) from suppression where address_key = ${address === null ? null : addressKey(address)}) as suppression`.execute(
    trx,
  );
  const row = found.rows[0];
  return {
    template: row?.template ?? null,
    suppression: row?.suppression
      ? { reason: row.suppression.reason, at: new Date(row.suppression.at) }
      : null,
  };
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
  now: number;
}

export async function queueMessage(trx: Trx, message: MessageToQueue): Promise<void> {
  await sql`
    with queued as (
      insert into message (id, candidate_id, application_id, enrolment_id, flow_id, version_id, node_id, visit, template_version_id,
        token, from_address, to_address, reply_to, subject, html, text, status, created_at)
      values (${message.id}, ${message.candidateId}, ${message.applicationId}, ${message.enrolmentId}, ${message.flowId}, ${message.versionId},
        ${message.nodeId}, ${message.visit}, ${message.templateVersionId}, ${message.token}, ${message.from}, ${message.to}, ${message.replyTo},
        ${message.subject}, ${message.html}, ${message.text}, 'queued', ${new Date(message.now)})
      returning id
    )
    insert into email_queue (message_id) select id from queued`.execute(trx);
}
