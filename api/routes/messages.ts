/** Messages, suppressions and events. */

import { z } from '@hono/zod-openapi';
import { notifyLive, notifyWork } from '../../db/notify.ts';
import { isApplicationOf } from '../../db/queries/applications.ts';
import { recordOne } from '../../db/queries/candidates.ts';
import { decisionsOf } from '../../db/queries/contact.ts';
import { candidateExists, planEvent } from '../../db/queries/due.ts';
import { listEvents } from '../../db/queries/event-list.ts';
import {
  type ListedMessage,
  listMessages,
  readMessage,
  settleUnknown,
} from '../../db/queries/message-list.ts';
import { listSuppressions, releaseAddress, suppressByHand } from '../../db/queries/suppressions.ts';
import { decisionInWords } from '../../engine/contact/words.ts';
import { created, idParam, pageQuery } from '../contract/common.ts';
import {
  eventPage,
  messagePage,
  messageQuery,
  messageSchema,
  newEvent,
  newSuppression,
  settleRequest,
  suppressionPage,
  suppressionParam,
} from '../contract/messages.ts';
import { byTime, pageOf, readCursor, rfc, rfcOrNull } from '../cursor.ts';
import { endInWords } from '../end-words.ts';
import { actorOf, byActor, type Deps, resource } from '../env.ts';
import { found, invalid, Problem } from '../problems.ts';
import { answers, body, nothing, nothingOr, route } from '../route.ts';

const tags = ['Messages'];
const list = route({
  method: 'get',
  path: '/api/messages',
  role: 'viewer',
  tags,
  summary: 'Messages, newest first',
  request: { query: messageQuery },
  responses: answers(200, messagePage),
});
const read = route({
  method: 'get',
  path: '/api/messages/{id}',
  role: 'viewer',
  tags,
  summary: 'One message',
  request: { params: idParam },
  responses: answers(200, messageSchema),
});
const settle = route({
  method: 'post',
  path: '/api/messages/{id}/settle',
  role: 'recruiter',
  tags,
  summary: 'Say what became of a message of unknown fate',
  request: { params: idParam, body: body(settleRequest) },
  responses: nothingOr('not-unknown', 'idempotency-running', 'idempotency-reused'),
});
const suppressions = route({
  method: 'get',
  path: '/api/suppressions',
  role: 'viewer',
  tags,
  summary: 'Addresses that get no mail',
  request: { query: pageQuery },
  responses: answers(200, suppressionPage),
});
const suppress = route({
  method: 'post',
  path: '/api/suppressions',
  role: 'recruiter',
  tags,
  summary: 'Stop mail to an address',
  request: { body: body(newSuppression) },
  responses: nothing,
});
const release = route({
  method: 'delete',
  path: '/api/suppressions/{address}',
  role: 'admin',
  tags,
  summary: 'Allow mail to an address again',
  request: { params: suppressionParam },
  responses: nothing,
});
const events = route({
  method: 'get',
  path: '/api/events',
  role: 'viewer',
  tags: ['Events'],
  summary: 'Events, newest first',
  request: { query: pageQuery },
  responses: answers(200, eventPage),
});
const record = route({
  method: 'post',
  path: '/api/events',
  role: 'recruiter',
  tags: ['Events'],
  summary: 'Tell of something that happened elsewhere',
  request: { body: body(newEvent) },
  responses: answers(201, created),
});

const byAddress = z.object({ at: z.iso.datetime().transform((text) => new Date(text)), key: z.string() });

const shown = <M extends ListedMessage>(message: M) => ({
  ...message,
  reason: endInWords(message.reason),
  createdAt: rfc(message.createdAt),
  sentAt: rfcOrNull(message.sentAt),
  deliveredAt: rfcOrNull(message.deliveredAt),
  clickedAt: rfcOrNull(message.clickedAt),
  repliedAt: rfcOrNull(message.repliedAt),
});

export const messageRoutes = ({ db, clock }: Deps) =>
  resource()
    .openapi(list, async (c) => {
      const { limit, cursor, ...filter } = c.req.valid('query');
      const rows = await listMessages(db, filter, { limit: limit + 1, after: readCursor(cursor, byTime) });
      return c.json(
        pageOf(rows, limit, (row) => ({ at: rfc(row.createdAt), id: row.id }), shown),
        200,
      );
    })
    .openapi(read, async (c) => {
      const { id } = c.req.valid('param');
      const message = found(await readMessage(db, id));
      const decisions = (await decisionsOf(db, id)).map(({ at, code, detail, until }) => ({
        at: rfc(at),
        text: decisionInWords(code, { ...detail, at: rfc(at) }),
        until: rfcOrNull(until),
      }));
      return c.json({ ...shown(message), decisions }, 200);
    })
    .openapi(settle, async (c) => {
      const { id } = c.req.valid('param');
      const outcome = await settleUnknown(db, id, c.req.valid('json').outcome, actorOf(c).id, clock.now());
      if (outcome !== 'done') throw new Problem(outcome);
      notifyWork(db, 'router');
      notifyLive(db, [{ topic: 'message', id }]);
      return c.body(null, 204);
    })
    .openapi(suppressions, async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const rows = await listSuppressions(db, { limit: limit + 1, after: readCursor(cursor, byAddress) });
      return c.json(
        pageOf(
          rows,
          limit,
          (row) => ({ at: rfc(row.at), key: row.address }),
          (row) => ({ ...row, at: rfc(row.at) }),
        ),
        200,
      );
    })
    .openapi(suppress, async (c) => {
      const { address, detail } = c.req.valid('json');
      await suppressByHand(db, address, detail ?? null, clock.now());
      return c.body(null, 204);
    })
    .openapi(release, async (c) => {
      found((await releaseAddress(db, c.req.valid('param').address)) || null);
      return c.body(null, 204);
    })
    .openapi(events, async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const rows = await listEvents(db, { limit: limit + 1, after: readCursor(cursor, byTime) });
      return c.json(
        pageOf(
          rows,
          limit,
          (row) => ({ at: rfc(row.recordedAt), id: row.id }),
          ({ recordedAt: _at, ...row }) => ({ ...row, at: rfc(row.at) }),
        ),
        200,
      );
    })
    .openapi(record, async (c) => {
      const { candidateId, type, data, at, applicationId } = c.req.valid('json');
      found(await candidateExists(db, candidateId));
      if (applicationId && !(await isApplicationOf(db, applicationId, candidateId)))
        throw invalid({ path: 'applicationId', message: 'is not an application of hers' });
      const now = clock.now();
      const when = at === undefined ? now : Date.parse(at);
      if (when > now) {
        const planned = { candidateId, type, data, applicationId: applicationId ?? null };
        return c.json({ id: await planEvent(db, planned, when) }, 201);
      }
      const event = {
        candidateId,
        type,
        data,
        applicationId: applicationId ?? null,
        at: when,
        by: byActor(actorOf(c)),
      };
      const id = found(await recordOne(db, event, now));
      notifyWork(db, 'router');
      notifyLive(db, [{ topic: 'candidate', id: candidateId }]);
      return c.json({ id }, 201);
    });
