/** Jobs and pipelines. */
import { sql } from 'kysely';
import { fold } from '../../engine/conditions/fold.ts';
import type { StageKind } from '../../engine/facts.ts';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import { catchUpsMs } from './due.ts';
import { refillReading } from './dynamic-pools.ts';
import type { Trx } from './lock.ts';
import { markJob } from './marks.ts';
import type { AfterName, Page } from './page.ts';

export interface ListedPipeline {
  id: string;
  name: string;
  stages: {
    id: string;
    name: string;
    kind: StageKind;
    position: number;
    targetDays: number | null;
    active: number;
  }[];
}

/** Oldest first: a workspace has few. */
export async function listPipelines(db: Db): Promise<ListedPipeline[]> {
  const found = await sql<ListedPipeline>`
    with standing as (
      select stage_id, count(*)::int as n from application where status = 'active' and stage_id is not null group by stage_id
    )
    select p.id, p.name, coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name, 'kind', s.kind, 'position', s.position,
      'targetDays', s.target_days, 'active', coalesce(standing.n, 0)) order by s.position) filter (where s.id is not null), '[]') as stages
    from pipeline p left join stage s on s.pipeline_id = p.id left join standing on standing.stage_id = s.id
    group by p.id order by p.created_at, p.id`.execute(db);
  return found.rows;
}

export async function createPipeline(
  db: Db,
  { name, stages }: { name: string; stages: { name: string; kind: StageKind; targetDays?: number | null }[] },
  now: number,
): Promise<string> {
  const id = newId(now);
  await db.transaction().execute(async (trx) => {
    await trx
      .insertInto('pipeline')
      .values({ id, name, created_at: new Date(now) })
      .execute();
    await trx
      .insertInto('stage')
      .values(
        stages.map((stage, position) => ({
          id: newId(now),
          pipeline_id: id,
          name: stage.name,
          name_key: fold(stage.name),
          kind: stage.kind,
          position,
          target_days: stage.targetDays ?? null,
        })),
      )
      .execute();
  });
  return id;
}

export interface ListedJob {
  id: string;
  title: string;
  titleKey: string;
  department: string | null;
  location: string | null;
  pipeline: { id: string; name: string };
  status: 'open' | 'closed';
  active: number;
  createdAt: Date;
}

/** By title. */
export async function listJobs(
  db: Db,
  { status }: { status?: 'open' | 'closed' },
  { limit, after }: Page<AfterName>,
): Promise<ListedJob[]> {
  const found = await sql<ListedJob>`
    select j.id, j.title, j.title_key as "titleKey", j.department, j.location, jsonb_build_object('id', p.id, 'name', p.name) as pipeline,
      j.status, j.created_at as "createdAt",
      (select count(*)::int from application a where a.job_id = j.id and a.status = 'active') as active
    from job j join pipeline p on p.id = j.pipeline_id
    where true ${status ? sql`and j.status = ${status}` : sql``} ${after ? sql`and (j.title_key, j.id) > (${after.key}, ${after.id}::uuid)` : sql``}
    order by j.title_key, j.id limit ${limit}`.execute(db);
  return found.rows;
}

/** Null: no such pipeline (or none at all). */
export async function createJob(
  db: Db,
  job: { title: string; department: string | null; location: string | null; pipelineId: string | null },
  now: number,
): Promise<string | null> {
  const pipelineId = await pipelineOr(db, job.pipelineId);
  if (!pipelineId) return null;
  const id = newId(now);
  await db
    .insertInto('job')
    .values({
      id,
      title: job.title,
      title_key: fold(job.title),
      department: job.department,
      location: job.location,
      pipeline_id: pipelineId,
      created_at: new Date(now),
    })
    .execute();
  return id;
}

/** The pipeline of that id, or the first one. */
export async function pipelineOr(db: Db, id: string | null): Promise<string | null> {
  const found = await db
    .selectFrom('pipeline')
    .select('id')
    .$if(id !== null, (query) => query.where('id', '=', id))
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return found?.id ?? null;
}

export async function changeJob(
  db: Db,
  id: string,
  { title, status }: { title?: string; status?: 'open' | 'closed' },
  now: number,
): Promise<boolean> {
  const change = {
    ...(title === undefined ? {} : { title, title_key: fold(title) }),
    ...(status === undefined ? {} : { status }),
  };
  if (Object.keys(change).length === 0)
    return (await db.selectFrom('job').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;
  return db.transaction().execute(async (trx) => {
    const was = await trx
      .selectFrom('job')
      .select('title')
      .where('id', '=', id)
      .forNoKeyUpdate()
      .executeTakeFirst();
    if (!was) return false;
    await trx.updateTable('job').set(change).where('id', '=', id).execute();
    if (title !== undefined && title !== was.title) await askAboutTitle(trx, id, now);
    return true;
  });
}

/** More than the time for which a transaction that lets someone in is under way, in milliseconds. */
const slackMs = 600_000;

/** No event of anyone tells that the title is another: pools that ask for it look again, and so do runs. */
async function askAboutTitle(trx: Trx, jobId: string, now: number): Promise<void> {
  await refillReading(trx, 'job', now);
  await markJob(trx, jobId, null);
  // Whoever is being let in at this moment may still go by the old title, and is not seen from here.
  const from = new Date(now - slackMs).toISOString();
  for (const ms of catchUpsMs) {
    const at = new Date(now + ms);
    await trx
      .insertInto('due')
      .values({
        id: newId(now),
        kind: 'job-catch-up',
        at,
        payload: JSON.stringify({ jobId, from }),
        next_at: at,
      })
      .execute();
  }
}
