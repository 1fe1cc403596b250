/** What is done to one candidate, and her timeline. */

import { z } from '@hono/zod-openapi';
import { notifyLive, notifyWork } from '../../db/notify.ts';
import { createApplication, isApplicationOf } from '../../db/queries/applications.ts';
import { addNote, changeTags } from '../../db/queries/candidates.ts';
import { flowState, requestEnrolments } from '../../db/queries/flow-runs.ts';
import { holdContact, releaseContact } from '../../db/queries/holds.ts';
import { readTimeline, zoneOf } from '../../db/queries/timeline.ts';
import {
  candidateEnrolRequest,
  newApplication,
  newHold,
  newNote,
  tagChange,
  tagsAnswer,
  timelinePage,
  timelineQuery,
} from '../contract/candidates.ts';
import { created, idParam } from '../contract/common.ts';
import { enrolAnswer } from '../contract/flows.ts';
import { pageOf, readCursor, rfc } from '../cursor.ts';
import { actorOf, byActor, type Deps, resource } from '../env.ts';
import { found, invalid, Problem } from '../problems.ts';
import { answers, body, nothingOr, problems, route } from '../route.ts';
import { timelineItem } from '../timeline-words.ts';
import { namesFor } from '../words.ts';

const tags = ['Candidates'];
const timeline = route({
  method: 'get',
  path: '/api/candidates/{id}/timeline',
  role: 'viewer',
  tags,
  summary: 'Everything that happened, newest first',
  request: { params: idParam, query: timelineQuery },
  responses: answers(200, timelinePage),
});
const note = route({
  method: 'post',
  path: '/api/candidates/{id}/notes',
  role: 'recruiter',
  tags,
  summary: 'Write a note',
  request: { params: idParam, body: body(newNote) },
  responses: { ...answers(201, created), ...problems('merged', 'idempotency-running', 'idempotency-reused') },
});
const tag = route({
  method: 'post',
  path: '/api/candidates/{id}/tags',
  role: 'recruiter',
  tags,
  summary: 'Add and remove tags',
  request: { params: idParam, body: body(tagChange) },
  responses: {
    ...answers(200, tagsAnswer),
    ...problems('merged', 'idempotency-running', 'idempotency-reused'),
  },
});
const enrol = route({
  method: 'post',
  path: '/api/candidates/{id}/enrolments',
  role: 'recruiter',
  tags,
  summary: 'Ask a flow to take her in',
  request: { params: idParam, body: body(candidateEnrolRequest) },
  responses: {
    ...answers(202, enrolAnswer),
    ...problems('not-live', 'merged', 'idempotency-running', 'idempotency-reused'),
  },
});
const apply = route({
  method: 'post',
  path: '/api/candidates/{id}/applications',
  role: 'recruiter',
  tags,
  summary: 'Record an application',
  request: { params: idParam, body: body(newApplication) },
  responses: { ...answers(201, created), ...problems('merged', 'idempotency-running', 'idempotency-reused') },
});

const hold = route({
  method: 'post',
  path: '/api/candidates/{id}/contact-hold',
  role: 'recruiter',
  tags,
  summary: 'Hold contact for some days: flows keep quiet while someone talks to her',
  request: { params: idParam, body: body(newHold) },
  responses: { ...answers(201, created), ...problems('merged', 'idempotency-running', 'idempotency-reused') },
});
const release = route({
  method: 'delete',
  path: '/api/candidates/{id}/contact-hold',
  role: 'recruiter',
  tags,
  summary: 'Let flows write again',
  request: { params: idParam },
  responses: nothingOr('merged'),
});

const byLine = z.object({ at: z.iso.datetime().transform((text) => new Date(text)), id: z.string().max(64) });

export const candidateActionRoutes = ({ db, clock }: Deps) => {
  const told = (id: string) => {
    notifyWork(db, 'router');
    notifyLive(db, [{ topic: 'candidate', id }]);
  };
  return resource()
    .openapi(timeline, async (c) => {
      const { id } = c.req.valid('param');
      const { limit, cursor, filter } = c.req.valid('query');
      const timeZone = found(await zoneOf(db, id));
      const rows = await readTimeline(db, id, filter, {
        limit: limit + 1,
        after: readCursor(cursor, byLine),
      });
      const names = await namesFor(
        db,
        rows.map((row) => row.data),
      );
      return c.json(
        pageOf(
          rows,
          limit,
          (row) => ({ at: rfc(row.at), id: row.id }),
          (row) => timelineItem(row, names, timeZone),
        ),
        200,
      );
    })
    .openapi(note, async (c) => {
      const { id } = c.req.valid('param');
      const noteId = found(await addNote(db, id, c.req.valid('json').body, byActor(actorOf(c)), clock.now()));
      told(id);
      return c.json({ id: noteId }, 201);
    })
    .openapi(hold, async (c) => {
      const { id } = c.req.valid('param');
      const { days, covers, reason } = c.req.valid('json');
      const until = clock.now() + days * 86_400_000;
      const given = { until, covers, reason };
      const holdId = found(await holdContact(db, id, given, actorOf(c).id, clock.now()));
      told(id);
      return c.json({ id: holdId }, 201);
    })
    .openapi(release, async (c) => {
      const { id } = c.req.valid('param');
      found(await releaseContact(db, id, actorOf(c).id, clock.now()));
      told(id);
      notifyWork(db, 'deliver-email');
      return c.body(null, 204);
    })
    .openapi(tag, async (c) => {
      const { id } = c.req.valid('param');
      const worn = found(await changeTags(db, id, c.req.valid('json'), byActor(actorOf(c)), clock.now()));
      told(id);
      return c.json({ tags: worn }, 200);
    })
    .openapi(enrol, async (c) => {
      const { id } = c.req.valid('param');
      const { flowId, applicationId } = c.req.valid('json');
      const state = await flowState(db, flowId);
      if (state === null) throw invalid({ path: 'flowId', message: 'is not a flow' });
      if (state !== 'live' && state !== 'paused') throw new Problem('not-live');
      if (applicationId && !(await isApplicationOf(db, applicationId, id)))
        throw invalid({ path: 'applicationId', message: 'is not an application of hers' });
      const requested = await requestEnrolments(
        db,
        { flowId, candidateIds: [id], applicationId: applicationId ?? null, by: byActor(actorOf(c)) },
        clock.now(),
      );
      if (requested === 0) throw new Problem('not-found');
      told(id);
      return c.json({ requested, operationId: null }, 202);
    })
    .openapi(apply, async (c) => {
      const { id } = c.req.valid('param');
      const { jobId, pipelineId, stageId, source } = c.req.valid('json');
      const given = {
        candidateId: id,
        jobId: jobId ?? null,
        pipelineId: pipelineId ?? null,
        stageId: stageId ?? null,
        source,
      };
      const written = await createApplication(db, given, byActor(actorOf(c)), clock.now());
      if ('missing' in written) {
        if (written.missing === 'candidate') throw new Problem('not-found');
        throw invalid({
          path: `${written.missing}Id`,
          message:
            written.missing === 'stage' ? 'is not a stage of this pipeline' : `is not a ${written.missing}`,
        });
      }
      told(id);
      return c.json({ id: written.id }, 201);
    });
};
