/** Against forged requests: what changes something and comes with a cookie must come from our own pages. */
import type { MiddlewareHandler } from 'hono';
import type { Env } from '../env.ts';
import { Problem } from '../problems.ts';

const safe = new Set(['GET', 'HEAD', 'OPTIONS']);

export function sameOrigin(publicUrl: string): MiddlewareHandler<Env> {
  const publicHost = new URL(publicUrl).host;
  return async (c, next) => {
    if (!safe.has(c.req.method) && c.req.header('cookie') && !c.req.header('authorization')) {
      const origin = c.req.header('origin');
      const host = origin && URL.canParse(origin) ? new URL(origin).host : null;
      const ours =
        host !== null &&
        (host === c.req.header('host') || host === new URL(c.req.url).host || host === publicHost);
      // Browsers send one of the two with every unsafe request; a request with neither is no browser's.
      if (!ours && c.req.header('sec-fetch-site') !== 'same-origin') throw new Problem('cross-site');
    }
    await next();
  };
}
