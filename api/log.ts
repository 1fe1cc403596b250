/** Structured logs without personal data: no bodies, no query strings, no addresses, the route's pattern instead of the path. */
import { randomUUID } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { type DestinationStream, type Logger, pino } from 'pino';
import type { Env } from './env.ts';

/** `to`: where lines go; default standard output. */
export const loggerOf = (level: string, to?: DestinationStream): Logger =>
  pino({ level, base: { part: 'api' } }, to);

/** One line a request: id, method, pattern, status, milliseconds, and who by id. */
export function logged(log: Logger): MiddlewareHandler<Env> {
  return async (c, next) => {
    const requestId = randomUUID();
    const begun = performance.now();
    c.set('requestId', requestId);
    c.set('actor', null);
    c.header('x-request-id', requestId);
    await next();
    const line = {
      requestId,
      method: c.req.method,
      // Middleware matches too; what answers has a method of its own.
      route: matchedRoutes(c).findLast((route) => route.method !== 'ALL')?.path ?? 'page',
      status: c.res.status,
      ms: Math.round(performance.now() - begun),
      actor: c.get('actor')?.id,
    };
    if (c.res.status >= 500) log.warn(line, 'request');
    else log.info(line, 'request');
  };
}

/** What may be said of a fault: its kind and where, never the values that a database quotes in its messages. */
export function faultOf(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { kind: typeof error };
  const code = 'code' in error ? error.code : undefined;
  const frames = (error.stack ?? '').split('\n').filter((line) => line.trimStart().startsWith('at '));
  return { kind: error.name, code, at: frames.slice(0, 6).map((line) => line.trim()) };
}
