/** The mail catcher: what would have been sent, and the candidate's answers by hand. */

import { notifyLive, notifyWork } from '../../db/notify.ts';
import { type CaughtRow, listCaught, readCaught } from '../../db/queries/catcher.ts';
import { recordBounce, recordClick, recordReply } from '../../db/queries/messages.ts';
import { idParam, pageQuery } from '../contract/common.ts';
import { caughtMail, caughtMailPage, clickRequest, replyRequest } from '../contract/messages.ts';
import { byTime, pageOf, readCursor, rfc, rfcOrNull } from '../cursor.ts';
import { type Deps, resource } from '../env.ts';
import { found } from '../problems.ts';
import { answers, body, nothing, route } from '../route.ts';

const tags = ['Mail catcher'];
const list = route({
  method: 'get',
  path: '/api/caught-mails',
  role: 'viewer',
  tags,
  summary: 'Caught mails, newest first',
  request: { query: pageQuery },
  responses: answers(200, caughtMailPage),
});
const read = route({
  method: 'get',
  path: '/api/caught-mails/{id}',
  role: 'viewer',
  tags,
  summary: 'One caught mail',
  request: { params: idParam },
  responses: answers(200, caughtMail),
});
const reply = route({
  method: 'post',
  path: '/api/caught-mails/{id}/reply',
  role: 'recruiter',
  tags,
  summary: 'Answer as the candidate',
  request: { params: idParam, body: body(replyRequest) },
  responses: nothing,
});
const click = route({
  method: 'post',
  path: '/api/caught-mails/{id}/click',
  role: 'recruiter',
  tags,
  summary: 'Follow a link as the candidate',
  request: { params: idParam, body: body(clickRequest) },
  responses: nothing,
});
const bounce = route({
  method: 'post',
  path: '/api/caught-mails/{id}/bounce',
  role: 'recruiter',
  tags,
  summary: 'Let it bounce',
  request: { params: idParam },
  responses: nothing,
});

const shown = <M extends CaughtRow>(mail: M) => ({
  ...mail,
  caughtAt: rfc(mail.caughtAt),
  repliedAt: rfcOrNull(mail.repliedAt),
  clickedAt: rfcOrNull(mail.clickedAt),
});

export const caughtMailRoutes = ({ db, clock, settings }: Deps) => {
  /** The message behind a caught mail. @throws {Problem} `not-found` */
  const messageOf = async (id: string): Promise<string> => found(found(await readCaught(db, id)).messageId);
  const told = (messageId: string) => {
    notifyWork(db, 'router');
    notifyLive(db, [{ topic: 'message', id: messageId }]);
  };
  return resource()
    .openapi(list, async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const rows = await listCaught(db, { limit: limit + 1, after: readCursor(cursor, byTime) });
      return c.json(
        pageOf(rows, limit, (row) => ({ at: rfc(row.caughtAt), id: row.id }), shown),
        200,
      );
    })
    .openapi(read, async (c) => {
      const { token, ...mail } = found(await readCaught(db, c.req.valid('param').id));
      return c.json({ ...shown(mail), unsubscribeUrl: token && `${settings.publicUrl}/u/${token}` }, 200);
    })
    .openapi(reply, async (c) => {
      const messageId = await messageOf(c.req.valid('param').id);
      await recordReply(db, { messageId, text: c.req.valid('json').text, now: clock.now() });
      told(messageId);
      return c.body(null, 204);
    })
    .openapi(click, async (c) => {
      const messageId = await messageOf(c.req.valid('param').id);
      await recordClick(db, { messageId, url: c.req.valid('json').url, now: clock.now() });
      told(messageId);
      return c.body(null, 204);
    })
    .openapi(bounce, async (c) => {
      const messageId = await messageOf(c.req.valid('param').id);
      await recordBounce(db, { messageId, now: clock.now() });
      told(messageId);
      return c.body(null, 204);
    });
};
