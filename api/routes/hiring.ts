/** Jobs, pipelines and applications. */

import { notifyLive, notifyWork } from '../../db/notify.ts';
import {
  changeApplication,
  type ListedApplication,
  listApplications,
} from '../../db/queries/applications.ts';
import {
  changeJob,
  createJob,
  createPipeline,
  type ListedJob,
  listJobs,
  listPipelines,
} from '../../db/queries/hiring.ts';
import { fold } from '../../engine/conditions/fold.ts';
import { created, idParam } from '../contract/common.ts';
import {
  applicationChange,
  applicationPage,
  applicationQuery,
  jobChange,
  jobPage,
  jobQuery,
  newJob,
  newPipeline,
  pipelineList,
} from '../contract/hiring.ts';
import { byName, byTime, pageOf, readCursor, rfc, rfcOrNull } from '../cursor.ts';
import { actorOf, byActor, type Deps, resource } from '../env.ts';
import { found, invalid, Problem } from '../problems.ts';
import { answers, body, nothing, route } from '../route.ts';

const tags = ['Hiring'];
const pipelines = route({
  method: 'get',
  path: '/api/pipelines',
  role: 'viewer',
  tags,
  summary: 'Pipelines with their stages',
  responses: answers(200, pipelineList),
});
const addPipeline = route({
  method: 'post',
  path: '/api/pipelines',
  role: 'admin',
  tags,
  summary: 'Create a pipeline',
  request: { body: body(newPipeline) },
  responses: answers(201, created),
});
const jobs = route({
  method: 'get',
  path: '/api/jobs',
  role: 'viewer',
  tags,
  summary: 'Jobs',
  request: { query: jobQuery },
  responses: answers(200, jobPage),
});
const addJob = route({
  method: 'post',
  path: '/api/jobs',
  role: 'recruiter',
  tags,
  summary: 'Create a job',
  request: { body: body(newJob) },
  responses: answers(201, created),
});
const changeJobRoute = route({
  method: 'patch',
  path: '/api/jobs/{id}',
  role: 'recruiter',
  tags,
  summary: 'Change a job',
  request: { params: idParam, body: body(jobChange) },
  responses: nothing,
});
const applications = route({
  method: 'get',
  path: '/api/applications',
  role: 'viewer',
  tags,
  summary: 'Applications',
  request: { query: applicationQuery },
  responses: answers(200, applicationPage),
});
const move = route({
  method: 'patch',
  path: '/api/applications/{id}',
  role: 'recruiter',
  tags,
  summary: 'Move an application or close it',
  request: { params: idParam, body: body(applicationChange) },
  responses: nothing,
});

const shownJob = ({ titleKey: _key, createdAt, ...job }: ListedJob) => ({
  ...job,
  createdAt: rfc(createdAt),
});
const shownApplication = ({ stageSince, mirroredAt, appliedAt, ...application }: ListedApplication) => ({
  ...application,
  stageSince: rfc(stageSince),
  mirroredAt: rfcOrNull(mirroredAt),
  appliedAt: rfc(appliedAt),
});

export const hiringRoutes = ({ db, clock }: Deps) =>
  resource()
    .openapi(pipelines, async (c) => c.json({ items: await listPipelines(db), nextCursor: null }, 200))
    .openapi(addPipeline, async (c) => {
      const given = c.req.valid('json');
      const names = given.stages.map((stage) => fold(stage.name));
      const repeated = names.findIndex((name, index) => names.indexOf(name) !== index);
      if (repeated >= 0)
        throw invalid({ path: `stages.${repeated}.name`, message: 'is the name of another stage' });
      return c.json({ id: await createPipeline(db, given, clock.now()) }, 201);
    })
    .openapi(jobs, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      const rows = await listJobs(db, filter, { limit: limit + 1, after: readCursor(cursor, byName) });
      return c.json(
        pageOf(rows, limit, (row) => ({ key: row.titleKey, id: row.id }), shownJob),
        200,
      );
    })
    .openapi(addJob, async (c) => {
      const { pipelineId, ...given } = c.req.valid('json');
      const id = await createJob(db, { ...given, pipelineId: pipelineId ?? null }, clock.now());
      if (!id) throw invalid({ path: 'pipelineId', message: 'is not a pipeline' });
      return c.json({ id }, 201);
    })
    .openapi(changeJobRoute, async (c) => {
      found((await changeJob(db, c.req.valid('param').id, c.req.valid('json'), clock.now())) || null);
      notifyWork(db, 'pools', 'waker');
      return c.body(null, 204);
    })
    .openapi(applications, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      const rows = await listApplications(db, filter, {
        limit: limit + 1,
        after: readCursor(cursor, byTime),
      });
      return c.json(
        pageOf(rows, limit, (row) => ({ at: rfc(row.appliedAt), id: row.id }), shownApplication),
        200,
      );
    })
    .openapi(move, async (c) => {
      const changed = await changeApplication(
        db,
        c.req.valid('param').id,
        c.req.valid('json'),
        byActor(actorOf(c)),
        clock.now(),
      );
      if ('missing' in changed) {
        throw changed.missing === 'stage'
          ? invalid({ path: 'stageId', message: 'is not a stage of this application’s pipeline' })
          : new Problem('not-found');
      }
      notifyWork(db, 'router');
      notifyLive(db, [{ topic: 'candidate', id: changed.candidateId }]);
      return c.body(null, 204);
    });
