/** Where an application belongs: its job, found or made, its pipeline and its stage. */
import { sql } from 'kysely';
import { fold } from '../../engine/conditions/fold.ts';
import { newId } from '../id.ts';
import type { Application } from './intake-application.ts';
import type { Trx } from './lock.ts';

/** Where an application that is new belongs. */
export interface Place {
  jobId: string | null;
  pipelineId: string;
  stage: { id: string; name: string } | null;
}

/**
 * In the order of `wanted`; null: it is known already, or its job is not, or there is no pipeline at all. Such a one is
 * for `placeFor`.
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

/**
 * Where one that is new belongs; a job that is new is made.
 * @throws {NoPipeline} when there is none to put it in.
 */
export async function placeFor(
  trx: Trx,
  sourceKind: string,
  application: Application,
  now: number,
): Promise<Place> {
  const { job } = application;
  const look = async () => (await placesFor(trx, [{ sourceKind, application }]))[0] ?? null;
  let place = await look();
  if (!place && job) {
    await holdJob(trx, sourceKind, job);
    place = await look();
  }
  if (!place && job) {
    await createJob(trx, sourceKind, job, now);
    place = await look();
  }
  if (!place) throw new NoPipeline();
  return place;
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

/** Where a known application is to stand now; null: the source says nothing that has a stage here. */
export async function stageAsked(
  trx: Trx,
  pipelineId: string,
  application: Pick<Application, 'stage' | 'status'>,
): Promise<Place['stage']> {
  if (application.stage === null && application.status !== 'hired') return null;
  return stageFor((await stagesOf(trx, [pipelineId])).get(pipelineId) ?? [], application, false);
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
