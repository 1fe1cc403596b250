import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiHarness, apiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await apiHarness();
});
afterAll(() => api.close());

interface Declared {
  method: string;
  path: string;
  role: 'anyone' | 'viewer' | 'recruiter' | 'admin' | undefined;
}

async function declared(): Promise<Declared[]> {
  const { body } = await api.nobody.get('/api/openapi.json');
  return Object.entries(
    body.paths as Record<string, Record<string, { 'x-role'?: Declared['role'] }>>,
  ).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      role: operation['x-role'],
    })),
  );
}

const filled = (path: string) =>
  path
    .replace('{number}', '1')
    .replace('{address}', 'nobody@example.com')
    .replace('{token}', 'no-such-token')
    .replace('{sourceKey}', 'no-such-source')
    .replaceAll(/\{\w+\}/g, '01936f00-0000-7000-8000-000000000000');

const rank = { viewer: 0, recruiter: 1, admin: 2 } as const;

test('every route is described and states the role it needs', async () => {
  const routes = await declared();
  expect(routes.length).toBeGreaterThan(60);
  expect(routes.filter((route) => route.role === undefined)).toEqual([]);
  const described = new Set(
    routes.map(({ method, path }) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  );
  const served = new Set(
    api.app.routes.filter(({ method }) => method !== 'ALL').map(({ method, path }) => `${method} ${path}`),
  );
  expect([...served].filter((route) => !described.has(route))).toEqual([]);
});

test('only these need no account, and only these change nothing although they are posted', async () => {
  const routes = await declared();
  const place = ({ method, path }: Declared) => `${method} ${path}`;
  expect(routes.filter(({ role }) => role === 'anyone').map(place)).toEqual([
    'POST /hooks/resend',
    'POST /hooks/{sourceKey}',
    'GET /api/openapi.json',
    'GET /healthz',
    'GET /u/{token}',
    'POST /u/{token}',
    'GET /i/{token}',
    'POST /i/{token}',
    'GET /api/setup',
    'POST /api/setup',
    'POST /api/auth/sign-in/email',
    'GET /api/auth/get-session',
    'POST /api/auth/sign-out',
  ]);
  expect(routes.filter(({ method, role }) => method !== 'GET' && role === 'viewer').map(place)).toEqual([
    'POST /api/auth/change-password',
    'POST /api/candidates/matching',
    'POST /api/candidates/matching/count',
    'POST /api/notices/read',
    'POST /api/templates/preview',
    'POST /api/flows/{id}/scenarios',
    'POST /api/flows/{id}/simulate',
    'POST /api/flows/{id}/forecast',
  ]);
});

test('who may not is answered 401 or 403 before anything of the request is read, and who may is not', async () => {
  for (const { method, path, role } of await declared()) {
    if (path === '/api/live') continue;
    const place = `${method} ${path}`;
    const write = method !== 'GET' && method !== 'DELETE';
    // A body that no route takes: a refusal must come before it is looked at.
    const send = (headers: Record<string, string>) =>
      api.send(method, filled(path), write ? [] : undefined, headers);
    const nobody = await send({});
    const stranger = await send({ authorization: 'Bearer tendril_not-a-key-of-ours' });
    if (role === 'anyone' || role === undefined) {
      expect([400, 401, 403, 404, 409, 422, 200, 503], place).toContain(nobody.status);
      expect(nobody.body?.code, place).not.toBe('unauthenticated');
      continue;
    }
    expect(nobody.status, `${place} by nobody`).toBe(401);
    expect(stranger.status, `${place} with a wrong key`).toBe(401);
    for (const given of ['viewer', 'recruiter', 'admin'] as const) {
      const answer = await send(api.keyOf(given));
      if (rank[given] < rank[role]) expect(answer.status, `${place} by ${given}`).toBe(403);
      else expect([200, 201, 202, 204, 404, 409, 422], `${place} by ${given}`).toContain(answer.status);
      expect(answer.status, place).not.toBe(500);
    }
  }
});
