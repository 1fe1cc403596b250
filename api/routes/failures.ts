/** What the pumps put aside: shown, and tried again. */
import { notifyWork } from '../../db/notify.ts';
import { listPutAside, stoppedProvider, tryAgain } from '../../db/queries/failures.ts';
import { eventWords } from '../../engine/events/words.ts';
import { failureParam, failuresAnswer } from '../contract/failures.ts';
import { rfc } from '../cursor.ts';
import { type Deps, resource } from '../env.ts';
import { Problem } from '../problems.ts';
import { answers, nothing, route } from '../route.ts';

const tags = ['Failures'];
const list = route({
  method: 'get',
  path: '/api/failures',
  role: 'viewer',
  tags,
  summary: 'What was put aside and waits for a person',
  responses: answers(200, failuresAnswer),
});
const again = route({
  method: 'post',
  path: '/api/failures/{kind}/{id}/retry',
  role: 'recruiter',
  tags,
  summary: 'Try it again',
  request: { params: failureParam },
  responses: nothing,
});

const requestTitles: Record<string, string> = {
  greenhouse: 'A Greenhouse request',
  generic: 'A webhook request',
  resend: 'News of a mail',
};

const noticeTitles: Record<string, string> = {
  email: 'A mail to a colleague',
  chat: 'A post to a chat',
};

function titleOf(kind: 'event' | 'request' | 'due' | 'notice', what: string): string {
  if (kind === 'request') return requestTitles[what] ?? 'A request';
  return kind === 'notice' ? (noticeTitles[what] ?? 'A notice') : eventWords(what).happened;
}

export const failureRoutes = ({ db }: Deps) =>
  resource()
    .openapi(list, async (c) => {
      const [items, provider] = await Promise.all([listPutAside(db), stoppedProvider(db)]);
      return c.json(
        {
          items: items.map(({ what, at, ...item }) => ({
            ...item,
            title: titleOf(item.kind, what),
            at: rfc(at),
          })),
          provider: provider && { reason: provider.reason, until: rfc(provider.until) },
        },
        200,
      );
    })
    .openapi(again, async (c) => {
      const { kind, id } = c.req.valid('param');
      if (!(await tryAgain(db, kind, id))) throw new Problem('not-found');
      notifyWork(db, 'intake', 'router', 'due', 'deliver-notice');
      return c.body(null, 204);
    });
