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
    let [place] = await placesFor(trx, [{ sourceKind, application }]);
    if (!place && application.job) {
      await holdJob(trx, sourceKind, application.job);
      [place] = await placesFor(trx, [{ sourceKind, application }]);
    }
    if (!place && application.job) {
      await createJob(trx, sourceKind, application.job, now);
      [place] = await placesFor(trx, [{ sourceKind, application }]);
    }
    if (!place) throw new NoPipeline();
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

/** Where an application that is new belongs. */
export interface Place {
  jobId: string | null;
  pipelineId: string;
  stage: { id: string; name: string } | null;
}

/**
 * In the order of `wanted`; null: it is known already, or its job is not, or there is no pipeline at all. Such a one is
 * for `writeApplication`.
 */
export async function placesFor(
  trx: Trx,
  wanted: readonly { sourceKind: string; application: Application }[],
): Promise<(Place | null)[]> {
  const rows = wanted.map(({ sourceKind, application }, ord) => ({
    ord,
    source_kind: sourceKind,
    external_id: application.externalId,
    has_job: application.job !== null,
    job_external_id: application.job?.externalId ?? null,
    title_key: application.job ? fold(application.job.title) : null,
  }));
  const found = await sql<{ ord: number; jobId: string | null; pipelineId: string }>`
    select given.ord, job.id as "jobId", pipeline.id as "pipelineId"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (
      ord int, source_kind text, external_id text, has_job boolean, job_external_id text, title_key text)
    left join lateral (
      select id, pipeline_id from (
        select id, pipeline_id, created_at from job
        where given.job_external_id is not null and source_kind = given.source_kind and external_id = given.job_external_id
        union all
        select id, pipeline_id, created_at from job
        where given.job_external_id is null and title_key = given.title_key and status = 'open'
      ) as same order by created_at limit 1
    ) job on given.has_job
    join lateral (select coalesce(job.pipeline_id, (select id from pipeline order by created_at, id limit 1)) as id) pipeline
      on pipeline.id is not null
    where (not given.has_job or job.id is not null)
      and not exists (select from application where source_kind = given.source_kind and external_id = given.external_id)`.execute(
    trx,
  );
  const stages = await stagesOf(trx, [...new Set(found.rows.map((row) => row.pipelineId))]);
  const byOrd = new Map(found.rows.map((row) => [row.ord, row]));
  return wanted.map(({ application }, ord) => {
    const row = byOrd.get(ord);
    if (!row) return null;
    const { jobId, pipelineId } = row;
    return { jobId, pipelineId, stage: stageFor(stages.get(pipelineId) ?? [], application) };
  });
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
  const stage =
    application.stage === null && application.status !== 'hired'
      ? null
      : stageFor((await stagesOf(trx, [known.pipelineId])).get(known.pipelineId) ?? [], application, false);
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

type Job = NonNullable<Application['job']>;

/** Until the transaction ends nobody else makes this job. Look once more after it, then make it. */
async function holdJob(trx: Trx, sourceKind: string, job: Job): Promise<void> {
  const key = job.externalId === null ? `job ${fold(job.title)}` : `job ${sourceKind} id ${job.externalId}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(trx);
}

async function createJob(trx: Trx, sourceKind: string, job: Job, now: number): Promise<void> {
  await trx
    .insertInto('job')
    .values({
      id: newId(now),
      title: job.title,
      title_key: fold(job.title),
      department: job.department,
      location: job.location,
      pipeline_id: await defaultPipeline(trx),
      source_kind: sourceKind,
      external_id: job.externalId,
      created_at: new Date(now),
    })
    .execute();
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

interface Stage {
  id: string;
  name: string;
  name_key: string;
  kind: string;
}

/** By pipeline, in order. */
async function stagesOf(trx: Trx, pipelineIds: readonly string[]): Promise<Map<string, Stage[]>> {
  const stages = new Map<string, Stage[]>(pipelineIds.map((id) => [id, []]));
  const found = await sql<Stage & { pipeline_id: string }>`
    select id, name, name_key, kind, pipeline_id from stage where pipeline_id = any(${[...pipelineIds]}::uuid[]) order by position`.execute(
    trx,
  );
  for (const { pipeline_id, ...stage } of found.rows) stages.get(pipeline_id)?.push(stage);
  return stages;
}

/** The stage of the source's name; else the one its status asks for; else, for a new application, the first. */
function stageFor(
  stages: readonly Stage[],
  application: Pick<Application, 'stage' | 'status'>,
  orFirst = true,
): { id: string; name: string } | null {
  const named =
    application.stage === null
      ? undefined
      : stages.find((stage) => stage.name_key === fold(application.stage ?? ''));
  const hired = application.status === 'hired' ? stages.find((stage) => stage.kind === 'hired') : undefined;
  return hired ?? named ?? (orFirst ? stages[0] : undefined) ?? null;
}
