/** An application as its source has it, and the events that follow from what changed. */
import { sql } from 'kysely';
import { newId } from '../id.ts';
import type { By, EventToWrite } from './events.ts';
import { type Place, placeFor, stageAsked } from './intake-place.ts';
import type { Trx } from './lock.ts';
import { checkPools } from './pool-checks.ts';

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
  candidateId: string;
  stageId: string | null;
  stageName: string | null;
  status: Application['status'];
  pipelineId: string;
  mirroredAt: Date | null;
}

/**
 * Writes the application as the source has it and answers the events that follow. The candidate must be locked.
 * Requests are taken in side by side: one that was received (`receivedAt`) before the newest one taken changes nothing.
 * @throws {AnothersApplication} when it is known as someone else's.
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
  if (!known) {
    const place = await placeFor(trx, sourceKind, application, now);
    const [events] = await insertApplications(
      trx,
      [{ candidateId, sourceKind, by, application, place, receivedAt }],
      now,
    );
    return events ?? [];
  }
  if (known.candidateId !== candidateId) throw new AnothersApplication();
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
      'application.candidate_id as candidateId',
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

/** Whose the application is that a source calls so; null: it is not known. */
export async function applicant(trx: Trx, sourceKind: string, externalId: string): Promise<string | null> {
  const found = await trx
    .selectFrom('application')
    .select('candidate_id')
    .where('source_kind', '=', sourceKind)
    .where('external_id', '=', externalId)
    .executeTakeFirst();
  return found?.candidate_id ?? null;
}

/** Thrown when a source names one person and the application of another. */
export class AnothersApplication extends Error {
  constructor() {
    super('The application belongs to another candidate here. Nothing was changed.');
    this.name = 'AnothersApplication';
  }
}

export interface NewApplication {
  candidateId: string;
  sourceKind: string;
  by: By;
  application: Application;
  place: Place;
  receivedAt: Date;
}

/** Writes applications that are new, in one statement, and answers the events that follow, those of each together. */
export async function insertApplications(
  trx: Trx,
  applications: readonly NewApplication[],
  now: number,
): Promise<EventToWrite[][]> {
  if (applications.length === 0) return [];
  const at = new Date(now);
  const rows = applications.map(({ candidateId, sourceKind, application, place, receivedAt }) => ({
    id: newId(now),
    candidate_id: candidateId,
    job_id: place.jobId,
    pipeline_id: place.pipelineId,
    stage_id: place.stage?.id ?? null,
    stage_since: at,
    status: application.status,
    source: application.source,
    source_kind: sourceKind,
    external_id: application.externalId,
    mirrored_stage: application.stage,
    mirrored_at: receivedAt,
    applied_at: new Date(Math.min(application.appliedAt ?? now, now)),
    created_at: at,
  }));
  await sql`
    insert into application (id, candidate_id, job_id, pipeline_id, stage_id, stage_since, status, source, source_kind, external_id,
      mirrored_stage, mirrored_at, applied_at, created_at)
    select id, candidate_id, job_id, pipeline_id, stage_id, stage_since, status, source, source_kind, external_id,
      mirrored_stage, mirrored_at, applied_at, created_at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
      id uuid, candidate_id uuid, job_id uuid, pipeline_id uuid, stage_id uuid, stage_since timestamptz, status text, source text,
      source_kind text, external_id text, mirrored_stage text, mirrored_at timestamptz, applied_at timestamptz, created_at timestamptz)`.execute(
    trx,
  );
  return applications.map(({ candidateId, sourceKind, by, application, place }, index) => {
    const { id, applied_at } = rows[index] as (typeof rows)[number];
    const received: EventToWrite = {
      candidateId,
      type: 'application.received',
      at: applied_at.getTime(),
      applicationId: id,
      data: {
        source: sourceKind,
        jobId: place.jobId,
        jobTitle: application.job?.title ?? null,
        stage: place.stage?.name ?? null,
      },
      by,
    };
    return [received, ...statusEvents(candidateId, id, 'active', application.status, by)];
  });
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
  const stage = await stageAsked(trx, known.pipelineId, application);
  const moved = stage !== null && stage.id !== known.stageId;
  await sql`
    update application set status = ${application.status},
      stage_id = coalesce(${stage?.id ?? null}::uuid, stage_id),
      stage_since = case when ${moved} then ${new Date(now)}::timestamptz else stage_since end,
      mirrored_stage = coalesce(${application.stage}, mirrored_stage), mirrored_at = ${receivedAt}
    where id = ${known.id}`.execute(trx);
  // One that is active again is told by no event.
  await checkPools(trx, [candidateId], now);
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
      data: {
        from: known.stageName,
        to: stage.name,
        fromStageId: known.stageId,
        toStageId: stage.id,
        pipelineId: known.pipelineId,
      },
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
