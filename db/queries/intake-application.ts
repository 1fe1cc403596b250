/** An application as its source has it, and the events that follow from what changed. */
import { sql } from 'kysely';
import { fold } from '../../engine/conditions/fold.ts';
import { newId } from '../id.ts';
import type { By, EventToWrite } from './events.ts';
import type { Trx } from './lock.ts';

export interface Application {
  externalId: string | null;
  stage: string | null;
  status: 'active' | 'hired' | 'rejected' | 'withdrawn';
  source: string | null;
  appliedAt: number | null;
  job: {
    externalId: string | null;
    title: string;
    department: string | null;
    location: string | null;
  } | null;
}

interface KnownApplication {
  id: string;
  stageId: string | null;
  stageName: string | null;
  status: Application['status'];
  pipelineId: string;
  mirroredAt: Date | null;
}

/**
 * Writes the application as the source has it and answers the events that follow. The candidate must be locked.
 * Requests are taken in side by side: one that was received (`receivedAt`) before the newest one taken changes nothing.
 */
export async function writeApplication(
  trx: Trx,
  candidateId: string,
  sourceKind: string,
  by: By,
  application: Application,
  receivedAt: Date,
  now: number,
): Promise<EventToWrite[]> {
  const known =
    application.externalId === null
      ? undefined
      : await knownApplication(trx, sourceKind, application.externalId);
  if (!known) return insertApplication(trx, candidateId, sourceKind, by, application, receivedAt, now);
  if (known.mirroredAt !== null && known.mirroredAt > receivedAt) return [];
  return updateApplication(trx, candidateId, by, known, application, receivedAt, now);
}

async function knownApplication(
  trx: Trx,
  sourceKind: string,
  externalId: string,
): Promise<KnownApplication | undefined> {
  return trx
    .selectFrom('application')
    .leftJoin('stage', 'stage.id', 'application.stage_id')
    .select([
      'application.id',
      'application.stage_id as stageId',
      'stage.name as stageName',
      'application.status',
      'application.pipeline_id as pipelineId',
      'application.mirrored_at as mirroredAt',
    ])
    .where('application.source_kind', '=', sourceKind)
    .where('application.external_id', '=', externalId)
    .executeTakeFirst();
}

async function insertApplication(
  trx: Trx,
  candidateId: string,
  sourceKind: string,
  by: By,
  application: Application,
  receivedAt: Date,
  now: number,
): Promise<EventToWrite[]> {
  const job = application.job ? await findOrCreateJob(trx, sourceKind, application.job, now) : null;
  const pipelineId = job?.pipelineId ?? (await defaultPipeline(trx));
  const stage = await stageFor(trx, pipelineId, application);
  const id = newId(now);
  const appliedAt = Math.min(application.appliedAt ?? now, now);
  await trx
    .insertInto('application')
    .values({
      id,
      candidate_id: candidateId,
      job_id: job?.id ?? null,
      pipeline_id: pipelineId,
      stage_id: stage?.id ?? null,
      stage_since: new Date(now),
      status: application.status,
      source: application.source,
      source_kind: sourceKind,
      external_id: application.externalId,
      mirrored_stage: application.stage,
      mirrored_at: receivedAt,
      applied_at: new Date(appliedAt),
      created_at: new Date(now),
    })
    .execute();
  const events: EventToWrite[] = [
    {
      candidateId,
      type: 'application.received',
      at: appliedAt,
      applicationId: id,
      data: {
        source: sourceKind,
        jobId: job?.id ?? null,
        jobTitle: application.job?.title ?? null,
        stage: stage?.name ?? null,
      },
      by,
    },
  ];
  return [...events, ...statusEvents(candidateId, id, 'active', application.status, by)];
}

async function updateApplication(
  trx: Trx,
  candidateId: string,
  by: By,
  known: KnownApplication,
  application: Application,
  receivedAt: Date,
  now: number,
): Promise<EventToWrite[]> {
  const stage =
    application.stage === null && application.status !== 'hired'
      ? null
      : await stageFor(trx, known.pipelineId, application, false);
  const moved = stage !== null && stage.id !== known.stageId;
  await sql`
    update application set status = ${application.status},
      stage_id = coalesce(${stage?.id ?? null}::uuid, stage_id),
      stage_since = case when ${moved} then ${new Date(now)}::timestamptz else stage_since end,
      mirrored_stage = coalesce(${application.stage}, mirrored_stage), mirrored_at = ${receivedAt}
    where id = ${known.id}`.execute(trx);
  const events: EventToWrite[] = [];
  if (moved) {
    await trx
      .insertInto('stage_move')
      .values({
        id: newId(now),
        application_id: known.id,
        from_stage_id: known.stageId,
        to_stage_id: stage.id,
        by_kind: 'source',
        by_id: by.id ?? null,
        at: new Date(now),
      })
      .execute();
    events.push({
      candidateId,
      type: 'application.stage-changed',
      applicationId: known.id,
      data: { from: known.stageName, to: stage.name, fromStageId: known.stageId, toStageId: stage.id },
      by,
    });
  }
  return [...events, ...statusEvents(candidateId, known.id, known.status, application.status, by)];
}

function statusEvents(
  candidateId: string,
  applicationId: string,
  from: Application['status'],
  to: Application['status'],
  by: By,
): EventToWrite[] {
  if (from === to || to === 'active') return [];
  const events: EventToWrite[] = [{ candidateId, type: `application.${to}`, applicationId, by }];
  if (to === 'hired') events.push({ candidateId, type: 'candidate.hired', applicationId, by });
  return events;
}

/** Called with the events of an application: a hire makes the candidate a hired one. */
export async function followHire(
  trx: Trx,
  candidateId: string,
  events: readonly EventToWrite[],
  now: number,
): Promise<void> {
  if (!events.some((event) => event.type === 'candidate.hired')) return;
  await sql`update candidate set status = 'hired', updated_at = ${new Date(now)} where id = ${candidateId}`.execute(
    trx,
  );
}

async function findOrCreateJob(
  trx: Trx,
  sourceKind: string,
  job: NonNullable<Application['job']>,
  now: number,
): Promise<{ id: string; pipelineId: string }> {
  const found = await sql<{ id: string; pipelineId: string }>`
    select id, pipeline_id as "pipelineId" from job
    where ${job.externalId === null ? sql`title_key = ${fold(job.title)} and status = 'open'` : sql`source_kind = ${sourceKind} and external_id = ${job.externalId}`}
    order by created_at limit 1`.execute(trx);
  if (found.rows[0]) return found.rows[0];
  const pipelineId = await defaultPipeline(trx);
  const id = newId(now);
  await trx
    .insertInto('job')
    .values({
      id,
      title: job.title,
      title_key: fold(job.title),
      department: job.department,
      location: job.location,
      pipeline_id: pipelineId,
      source_kind: sourceKind,
      external_id: job.externalId,
      created_at: new Date(now),
    })
    .execute();
  return { id, pipelineId };
}

/** Thrown when a workspace has no pipeline to put an application in. */
export class NoPipeline extends Error {
  constructor() {
    super('There is no pipeline yet. Create one, then try this request again.');
    this.name = 'NoPipeline';
  }
}

async function defaultPipeline(trx: Trx): Promise<string> {
  const first = await trx
    .selectFrom('pipeline')
    .select('id')
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  if (!first) throw new NoPipeline();
  return first.id;
}

/** The stage of the source's name; else the one its status asks for; else, for a new application, the first. */
async function stageFor(
  trx: Trx,
  pipelineId: string,
  application: Pick<Application, 'stage' | 'status'>,
  orFirst = true,
): Promise<{ id: string; name: string } | null> {
  const stages = await trx
    .selectFrom('stage')
    .select(['id', 'name', 'name_key', 'kind'])
    .where('pipeline_id', '=', pipelineId)
    .orderBy('position')
    .execute();
  const named =
    application.stage === null
      ? undefined
      : stages.find((stage) => stage.name_key === fold(application.stage ?? ''));
  const hired = application.status === 'hired' ? stages.find((stage) => stage.kind === 'hired') : undefined;
  return hired ?? named ?? (orFirst ? stages[0] : undefined) ?? null;
}
