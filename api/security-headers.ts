/** Headers that keep a page to itself. A route's own, stricter policy stays. */
import type { MiddlewareHandler } from 'hono';
import type { Env } from './env.ts';

/** Our own pages run our own scripts and nothing else; components place themselves with style attributes. */
const pagePolicy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

export function securityHeaders(publicUrl: string): MiddlewareHandler<Env> {
  const defaults: [string, string][] = [
    ['content-security-policy', pagePolicy],
    ['x-content-type-options', 'nosniff'],
    ['x-frame-options', 'DENY'],
    ['referrer-policy', 'same-origin'],
    ['cross-origin-opener-policy', 'same-origin'],
    ['cross-origin-resource-policy', 'same-origin'],
    ...(publicUrl.startsWith('https:')
      ? ([['strict-transport-security', 'max-age=31536000']] satisfies [string, string][])
      : []),
  ];
  return async (c, next) => {
    await next();
    for (const [name, value] of defaults) if (!c.res.headers.has(name)) c.header(name, value);
  };
}
