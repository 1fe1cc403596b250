/** `Idempotency-Key` on writes: the same request again gets the first one's answer. */
import { createHash } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { claimKey, releaseKey, settleKey } from '../db/queries/idempotency.ts';
import type { Deps, Env } from './env.ts';
import { Problem } from './problems.ts';

const writes = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
/** Answers that say nothing about the request itself: the next try is a first one. */
const passing = (status: number) =>
  status >= 500 || status === 401 || status === 403 || status === 409 || status === 429;

export function idempotent({
  db,
  clock,
  secrets,
}: Pick<Deps, 'db' | 'clock' | 'secrets'>): MiddlewareHandler<Env> {
  return async (c, next) => {
    const key = c.req.header('idempotency-key');
    const actor = c.get('actor');
    // Signing in and out answers with cookies, which must not be kept.
    if (!key || !actor || !writes.has(c.req.method) || c.req.path.startsWith('/api/auth/')) return next();
    if (key.length > 256)
      throw new Problem('invalid', {
        errors: [{ path: 'Idempotency-Key', message: 'is longer than 256 characters' }],
      });
    const url = new URL(c.req.url);
    const hash = createHash('sha256')
      .update(`${c.req.method} ${url.pathname}${url.search}\n`)
      .update(await c.req.text())
      .digest('hex');
    const claim = { actor: actor.id, key, route: `${c.req.method} ${url.pathname}`, hash, now: clock.now() };
    const earlier = await claimKey(db, claim);
    if (earlier) {
      if (earlier.hash !== hash) throw new Problem('idempotency-reused');
      if (earlier.status === null || !earlier.response) throw new Problem('idempotency-running');
      // Sealed, since some answers hold a secret that is shown only once.
      const body = secrets.open(earlier.response.sealed);
      c.res = new Response(body === '' ? null : body, {
        status: earlier.status,
        headers: { 'content-type': earlier.response.type, 'idempotency-replayed': 'true' },
      });
      return;
    }
    await next();
    if (passing(c.res.status)) return releaseKey(db, claim);
    const body = await c.res.clone().text();
    await settleKey(db, claim, {
      status: c.res.status,
      response: { sealed: secrets.seal(body), type: c.res.headers.get('content-type') ?? 'application/json' },
    });
  };
}
