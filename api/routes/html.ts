/** The HTML of messages and caught mails, for a sandboxed frame and nothing else. */
import { z } from '@hono/zod-openapi';
import { caughtHtml } from '../../db/queries/catcher.ts';
import { messageHtml } from '../../db/queries/message-list.ts';
import { forFrame } from '../../engine/templates/framed.ts';
import { idParam } from '../contract/common.ts';
import { type Deps, resource } from '../env.ts';
import { found } from '../problems.ts';
import { route } from '../route.ts';

/** `dark`: as a mail program draws it at night. */
const query = z.object({ theme: z.enum(['light', 'dark']).default('light') });
const responses = {
  200: {
    description: 'The message as its reader sees it.',
    content: { 'text/html': { schema: z.string() } },
  },
};
const message = route({
  method: 'get',
  path: '/api/messages/{id}/html',
  role: 'viewer',
  tags: ['Messages'],
  summary: 'A message’s HTML',
  request: { params: idParam, query },
  responses,
});
const caught = route({
  method: 'get',
  path: '/api/caught-mails/{id}/html',
  role: 'viewer',
  tags: ['Mail catcher'],
  summary: 'A caught mail’s HTML',
  request: { params: idParam, query },
  responses,
});

/** No scripts, no forms, no cookies, whatever the HTML holds; links open a page of their own. */
const framed = (html: string, theme: 'light' | 'dark') =>
  new Response(forFrame(html, theme), {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy':
        "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src https: data:; style-src 'unsafe-inline'; frame-ancestors 'self'",
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'no-referrer',
      'cache-control': 'private, no-store',
    },
  });

export const htmlRoutes = ({ db }: Deps) =>
  resource()
    .openapi(message, async (c) =>
      framed(found(await messageHtml(db, c.req.valid('param').id)), c.req.valid('query').theme),
    )
    .openapi(caught, async (c) =>
      framed(found(await caughtHtml(db, c.req.valid('param').id)), c.req.valid('query').theme),
    );
