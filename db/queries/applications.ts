/** Applications by hand: record one, move it, close it; and their list. */
import { sql } from 'kysely';
import { closingEvent } from '../../engine/effects/application-close.ts';
import { stageMoveEvents } from '../../engine/effects/application-move.ts';
import type { StageKind } from '../../engine/facts.ts';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import { lockOne } from './candidates.ts';
import { closeApplications, moveApplications } from './effects.ts';
import { type By, type EventToWrite, recordEvents } from './events.ts';
import { pipelineOr } from './hiring.ts';
import type { Trx } from './lock.ts';
import type { AfterTime, Page } from './page.ts';
import { checkPools } from './pool-checks.ts';

export type ApplicationStatus = 'active' | 'hired' | 'rejected' | 'withdrawn';

export interface ListedApplication {
  id: string;
  candidate: { id: string; fullName: string; headline: string | null };
  job: { id: string; title: string } | null;
  pipelineId: string;
  stage: { id: string; name: string; kind: StageKind } | null;
  stageSince: Date;
  status: ApplicationStatus;
  source: string | null;
  mirroredStage: string | null;
  mirroredAt: Date | null;
  appliedAt: Date;
}

export interface ApplicationFilter {
  job?: string;
  pipeline?: string;
  stage?: string;
  candidate?: string;
  status?: ApplicationStatus;
}

/** The newest first. */
export async function listApplications(
  db: Db,
  { job, pipeline, stage, candidate, status }: ApplicationFilter,
  { limit, after }: Page<AfterTime>,
): Promise<ListedApplication[]> {
  const found = await sql<ListedApplication>`
    select a.id, jsonb_build_object('id', c.id, 'fullName', c.full_name, 'headline', c.headline) as candidate,
      case when j.id is null then null else jsonb_build_object('id', j.id, 'title', j.title) end as job,
      a.pipeline_id as "pipelineId",
      case when s.id is null then null else jsonb_build_object('id', s.id, 'name', s.name, 'kind', s.kind) end as stage,
      a.stage_since as "stageSince", a.status, coalesce(a.source_kind, a.source) as source,
      a.mirrored_stage as "mirroredStage", a.mirrored_at as "mirroredAt", a.applied_at as "appliedAt"
    from application a join candidate c on c.id = a.candidate_id left join job j on j.id = a.job_id left join stage s on s.id = a.stage_id
    where true ${job ? sql`and a.job_id = ${job}` : sql``} ${pipeline ? sql`and a.pipeline_id = ${pipeline}` : sql``}
      ${stage ? sql`and a.stage_id = ${stage}` : sql``} ${candidate ? sql`and a.candidate_id = ${candidate}` : sql``}
      ${status ? sql`and a.status = ${status}` : sql``} ${after ? sql`and (a.applied_at, a.id) < (${after.at}, ${after.id}::uuid)` : sql``}
    order by a.applied_at desc, a.id desc limit ${limit}`.execute(db);
  return found.rows;
}

interface StageRow {
  id: string;
  name: string;
  kind: StageKind;
}

async function stageIn(trx: Trx, pipelineId: string, stageId: string | null): Promise<StageRow | null> {
  const found = await trx
    .selectFrom('stage')
    .select(['id', 'name', 'kind'])
    .where('pipeline_id', '=', pipelineId)
    .$if(stageId !== null, (query) => query.where('id', '=', stageId))
    .orderBy('position')
    .limit(1)
    .executeTakeFirst();
  return found ?? null;
}

export interface NewApplication {
  candidateId: string;
  jobId: string | null;
  pipelineId: string | null;
  stageId: string | null;
  source: string | null;
}

/** What was asked for is not there: the candidate, the job, the pipeline or a stage of that pipeline. */
export type Missing = { missing: 'candidate' | 'job' | 'pipeline' | 'stage' };

export async function createApplication(
  db: Db,
  given: NewApplication,
  by: By,
  now: number,
): Promise<{ id: string } | Missing> {
  return db.transaction().execute(async (trx) => {
    if (!(await lockOne(trx, given.candidateId))) return { missing: 'candidate' };
    const job = given.jobId
      ? await trx
          .selectFrom('job')
          .select(['id', 'title', 'pipeline_id'])
          .where('id', '=', given.jobId)
          .executeTakeFirst()
      : null;
    if (job === undefined) return { missing: 'job' };
    const pipelineId = await pipelineOr(trx, given.pipelineId ?? job?.pipeline_id ?? null);
    if (!pipelineId) return { missing: 'pipeline' };
    const stage = await stageIn(trx, pipelineId, given.stageId);
    if (!stage) return { missing: 'stage' };
    const id = newId(now);
    const at = new Date(now);
    await trx
      .insertInto('application')
      .values({
        id,
        candidate_id: given.candidateId,
        job_id: job?.id ?? null,
        pipeline_id: pipelineId,
        stage_id: stage.id,
        stage_since: at,
        status: 'active',
        source: given.source,
        applied_at: at,
        created_at: at,
      })
      .execute();
    await trx
      .insertInto('stage_move')
      .values({
        id: newId(now),
        application_id: id,
        from_stage_id: null,
        to_stage_id: stage.id,
        by_kind: 'person',
        by_id: by.id ?? null,
        at,
      })
      .execute();
    await recordEvents(
      trx,
      [
        {
          candidateId: given.candidateId,
          type: 'application.received',
          applicationId: id,
          data: {
            source: given.source,
            jobId: job?.id ?? null,
            jobTitle: job?.title ?? null,
            stage: stage.name,
          },
          by,
        },
      ],
      now,
    );
    return { id };
  });
}

/** Moves to a stage of its own pipeline, or closes and reopens. Answers the candidate. */
export async function changeApplication(
  db: Db,
  id: string,
  {
    stageId,
    status,
    reason,
  }: { stageId?: string; status?: 'active' | 'rejected' | 'withdrawn'; reason?: string | null },
  by: By,
  now: number,
): Promise<{ candidateId: string } | { missing: 'application' | 'stage' }> {
  return db.transaction().execute(async (trx) => {
    const seen = await trx
      .selectFrom('application')
      .select('candidate_id')
      .where('id', '=', id)
      .executeTakeFirst();
    if (!seen) return { missing: 'application' };
    const candidateId = seen.candidate_id;
    await lockOne(trx, candidateId);
    const was = await trx
      .selectFrom('application')
      .leftJoin('stage', 'stage.id', 'application.stage_id')
      .select([
        'application.pipeline_id as pipelineId',
        'application.stage_id as stageId',
        'stage.name as stageName',
        'application.status',
      ])
      .where('application.id', '=', id)
      .forUpdate('application')
      .executeTakeFirstOrThrow();
    const events: EventToWrite[] = [];
    if (stageId !== undefined && stageId !== was.stageId) {
      const stage = await stageIn(trx, was.pipelineId, stageId);
      if (!stage) return { missing: 'stage' };
      const move = {
        applicationId: id,
        pipelineId: was.pipelineId,
        from: { id: was.stageId, name: was.stageName },
        to: stage,
      };
      await moveApplications(trx, [
        { applicationId: id, stageId: stage.id, fromStageId: was.stageId, by, now },
      ]);
      events.push(...stageMoveEvents(move).map((event) => ({ ...event, candidateId, by })));
    }
    if (status !== undefined && status !== was.status) {
      await closeApplications(trx, [{ applicationId: id, status }]);
      // One that is active again is told by no event.
      if (status === 'active') await checkPools(trx, [candidateId], now);
      else events.push({ ...closingEvent(id, status, reason ?? null), candidateId, by });
    }
    await recordEvents(trx, events, now);
    return { candidateId };
  });
}

/** Whether she made it: nothing may happen to one person in the name of another's application. */
export async function isApplicationOf(db: Db, applicationId: string, candidateId: string): Promise<boolean> {
  const found = await db
    .selectFrom('application')
    .select('id')
    .where('id', '=', applicationId)
    .where('candidate_id', '=', candidateId)
    .executeTakeFirst();
  return found !== undefined;
}
