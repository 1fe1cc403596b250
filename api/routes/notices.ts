/** What a colleague is told in the app. */
import { notifyLive } from '../../db/notify.ts';
import { type ListedNotice, listNotices, markNoticesRead, unreadNotices } from '../../db/queries/notices.ts';
import { pageQuery } from '../contract/common.ts';
import { type NoticeRow, noticePage, noticesRead } from '../contract/tasks.ts';
import { byTime, pageOf, readCursor, rfc, rfcOrNull } from '../cursor.ts';
import { actorOf, type Deps, resource } from '../env.ts';
import { answers, body, nothing, route } from '../route.ts';

const tags = ['Notices'];
const list = route({
  method: 'get',
  path: '/api/notices',
  role: 'viewer',
  tags,
  summary: 'What whoever asks was told, newest first',
  request: { query: pageQuery },
  responses: answers(200, noticePage),
});
const read = route({
  method: 'post',
  path: '/api/notices/read',
  role: 'viewer',
  tags,
  summary: 'Mark notices as read',
  request: { body: body(noticesRead) },
  responses: nothing,
});

const shown = ({ createdAt, readAt, ...rest }: ListedNotice): NoticeRow => ({
  ...rest,
  createdAt: rfc(createdAt),
  readAt: rfcOrNull(readAt),
});

export const noticeRoutes = ({ db, clock }: Deps) =>
  resource()
    .openapi(list, async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const personId = actorOf(c).id;
      const [rows, unread] = await Promise.all([
        listNotices(db, personId, { limit: limit + 1, after: readCursor(cursor, byTime) }),
        unreadNotices(db, personId),
      ]);
      const items = pageOf(rows, limit, (row) => ({ at: rfc(row.createdAt), id: row.id }), shown);
      return c.json({ ...items, unread }, 200);
    })
    .openapi(read, async (c) => {
      await markNoticesRead(db, actorOf(c).id, c.req.valid('json').ids ?? null, clock.now());
      notifyLive(db, [{ topic: 'notice', id: '*' }]);
      return c.body(null, 204);
    });
