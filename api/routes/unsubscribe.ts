/** `/u/{token}`: the page a mail's unsubscribe link opens (changes nothing) and the POST that does it (RFC 8058). */
import { z } from '@hono/zod-openapi';
import { readWorkspace } from '../../db/queries/accounts.ts';
import { messageExists } from '../../db/queries/message-list.ts';
import { unsubscribe } from '../../db/queries/messages.ts';
import { type Deps, resource } from '../env.ts';
import { plainPage } from '../plain-page.ts';
import { route } from '../route.ts';

const params = z.object({ token: z.string().max(2000) });
/** Anything else was cut off or made up, and is told so on a page like any other wrong link. */
const isToken = (token: string): boolean => /^[\w-]{1,200}$/.test(token);
const page = (description: string) => ({ description, content: { 'text/html': { schema: z.string() } } });
const responses = { 200: page('A page in plain HTML.'), 404: page('This link belongs to no message.') };

const ask = route({
  method: 'get',
  path: '/u/{token}',
  role: 'anyone',
  tags: ['Unsubscribe'],
  summary: 'Ask; changes nothing',
  request: { params },
  responses,
});
const confirm = route({
  method: 'post',
  path: '/u/{token}',
  role: 'anyone',
  tags: ['Unsubscribe'],
  summary: 'Unsubscribe with one click',
  request: { params },
  responses,
});

export const unsubscribeRoutes = ({ db, clock }: Deps) => {
  const unknown = () =>
    plainPage({
      title: 'This link is not valid',
      text: 'It may have been cut off in your mail program. Answer the mail instead and ask us to stop.',
      status: 404,
    });
  return resource()
    .openapi(ask, async (c) => {
      const { token } = c.req.valid('param');
      if (!isToken(token) || !(await messageExists(db, token))) return unknown();
      const { name } = await readWorkspace(db);
      return plainPage({
        title: `Stop mails from ${name}?`,
        text: 'You will get no more of these mails. Mails about an application of yours that a person writes by hand may still come.',
        button: 'Unsubscribe',
      });
    })
    .openapi(confirm, async (c) => {
      const { token } = c.req.valid('param');
      const outcome = isToken(token) ? await unsubscribe(db, token, clock.now()) : 'unknown';
      if (outcome === 'unknown') return unknown();
      return plainPage({
        title: 'You are unsubscribed',
        text:
          outcome === 'already'
            ? 'You had already unsubscribed. No further mails will come.'
            : 'No further mails will come. You can close this page.',
      });
    });
};
