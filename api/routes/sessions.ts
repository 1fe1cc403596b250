/** Sessions: the few of better-auth's routes that Tendril uses, in our words. Its others are not reachable. */

import type { Context } from 'hono';
import { addressHeader, wayOf } from '../auth/client-address.ts';
import { passwordChange, sessionState, signedIn, signedOut, signInRequest } from '../contract/sessions.ts';
import { type Deps, type Env, resource } from '../env.ts';
import { answers, body, problems, route } from '../route.ts';

const tags = ['Sessions'];
const signIn = route({
  method: 'post',
  path: '/api/auth/sign-in/email',
  role: 'anyone',
  tags,
  summary: 'Sign in; the session is a cookie',
  request: { body: body(signInRequest) },
  responses: { ...answers(200, signedIn), ...problems('wrong-credentials', 'cross-site', 'too-many') },
});
const look = route({
  method: 'get',
  path: '/api/auth/get-session',
  role: 'anyone',
  tags,
  summary: 'Whether the cookie is a session',
  responses: answers(200, sessionState),
});
const signOut = route({
  method: 'post',
  path: '/api/auth/sign-out',
  role: 'anyone',
  tags,
  summary: 'End the session',
  responses: answers(200, signedOut),
});
const changePassword = route({
  method: 'post',
  path: '/api/auth/change-password',
  role: 'viewer',
  tags,
  summary: 'Change one’s own password',
  request: { body: body(passwordChange) },
  responses: { ...answers(200, signedIn), ...problems('bad-request', 'too-many') },
});

export const sessionRoutes = ({ accounts, settings }: Deps) => {
  /** better-auth reads its own request: ours, with what was checked and the address where its rate limit looks. */
  const ask = async (c: Context<Env>, given?: unknown): Promise<Response> => {
    const headers = new Headers(c.req.raw.headers);
    for (const name of [addressHeader, 'content-length', 'content-type', 'transfer-encoding'])
      headers.delete(name);
    const way = wayOf(c, settings.TRUSTED_PROXIES);
    if (way) headers.set(addressHeader, way);
    if (given !== undefined) headers.set('content-type', 'application/json');
    const { origin, pathname } = new URL(c.req.url);
    return accounts.handle(
      new Request(`${origin}${pathname}`, {
        method: c.req.method,
        headers,
        body: given === undefined ? undefined : JSON.stringify(given),
      }),
    );
  };
  /** The cookie is for the browser; its token is for nobody's script. */
  const people = ({ id, name, email }: { id: string; name: string; email: string }) => ({ id, name, email });
  const cookies = (c: Context<Env>, answer: Response) => {
    for (const cookie of answer.headers.getSetCookie()) c.header('set-cookie', cookie, { append: true });
  };
  return resource()
    .openapi(signIn, async (c) => {
      const answer = await ask(c, c.req.valid('json'));
      cookies(c, answer);
      return c.json({ user: people((await answer.json()).user) }, 200);
    })
    .openapi(look, async (c) => {
      const answer = await ask(c);
      cookies(c, answer);
      const found = await answer.json();
      return c.json(
        found && { session: { expiresAt: found.session.expiresAt }, user: people(found.user) },
        200,
      );
    })
    .openapi(signOut, async (c) => {
      const answer = await ask(c, {});
      cookies(c, answer);
      return c.json({ success: true }, 200);
    })
    .openapi(changePassword, async (c) => {
      const answer = await ask(c, c.req.valid('json'));
      cookies(c, answer);
      return c.json({ user: people((await answer.json()).user) }, 200);
    });
};
