/** `GET /api/openapi.json`: every route with its shapes, the role that it needs and its problems. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { type Env, resource } from '../env.ts';
import { answers, idempotencyKey, route } from '../route.ts';

const describe = route({
  method: 'get',
  path: '/api/openapi.json',
  role: 'anyone',
  tags: ['Document'],
  summary: 'This document (OpenAPI 3.1)',
  responses: answers(200, z.record(z.string(), z.unknown()), 'The document.'),
});

const frame = {
  openapi: '3.1.0',
  info: {
    title: 'Tendril',
    version: '0.1.0',
    license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
    description:
      'Lists answer `{items, nextCursor}`; errors are problem documents (RFC 9457) with a stable `code` and, for input, `errors[{path, message}]`; writes accept `Idempotency-Key`. `x-role` is the role that a route needs: `viewer`, `recruiter` and `admin` include each other, `anyone` needs no account.',
  },
};

/** `app` collects the routes; what it knows when the document is first asked for is what is described. */
export function documentRoutes(app: OpenAPIHono<Env>, publicUrl: string) {
  const { openAPIRegistry: registry } = app;
  registry.registerComponent('parameters', 'IdempotencyKey', idempotencyKey);
  registry.registerComponent('securitySchemes', 'apiKey', { type: 'http', scheme: 'bearer' });
  registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    // Browsers take a cookie of this name from https only.
    name: `${publicUrl.startsWith('https:') ? '__Secure-' : ''}tendril.session_token`,
  });
  // Made once: it is large, and anyone may ask for it.
  let document: Record<string, unknown> | undefined;
  return resource().openapi(describe, (c) => {
    document ??= { ...app.getOpenAPI31Document({ ...frame, servers: [{ url: publicUrl }] }) };
    return c.json(document, 200);
  });
}
