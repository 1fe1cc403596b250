/** Pools with a condition: written, read, refused. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiHarness, apiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await apiHarness();
});
afterAll(() => api.close());

const recruiter = () => api.as('recruiter');
const rust = { field: 'candidate.tags', op: 'contains', value: 'rust' };
const pool = async (name: string, more: Record<string, unknown> = {}): Promise<string> =>
  (await recruiter().post('/api/pools', { name, ...more })).body.id;

test('a pool tells its condition, and that it is being filled', async () => {
  const id = await pool('Rust', { condition: rust });
  const kept = { condition: rust, filling: true, members: 0 };
  expect((await api.as('viewer').get(`/api/pools/${id}`)).body).toMatchObject(kept);
  const hand = await pool('By hand');
  const { items } = (await api.as('viewer').get('/api/pools')).body;
  expect(items).toContainEqual(expect.objectContaining({ id, ...kept }));
  expect(items).toContainEqual(expect.objectContaining({ id: hand, condition: null, filling: false }));
});

test('its condition, name and description can be changed, each by itself', async () => {
  const id = await pool('Gophers');
  const change = (body: unknown) => recruiter().patch(`/api/pools/${id}`, body);
  const go = { ...rust, value: 'go' };
  expect((await change({ condition: go })).body).toMatchObject({ condition: go, name: 'Gophers' });
  expect((await change({ name: 'Go' })).body).toMatchObject({ condition: go, name: 'Go' });
  expect((await change({ description: 'They go.', condition: null })).body).toMatchObject({
    condition: null,
    description: 'They go.',
    filling: false,
  });
  await pool('Taken');
  expect((await change({ name: 'taken' })).body).toMatchObject({ status: 409, code: 'name-taken' });
  expect(
    (await recruiter().patch('/api/pools/01936f00-0000-7000-8000-000000000000', { name: 'X' })).status,
  ).toBe(404);
});

test('saving the same condition again looks at nobody again', async () => {
  const id = await pool('Rust again', { condition: { field: 'candidate.country', op: 'is', value: 'PT' } });
  await recruiter().patch(`/api/pools/${id}`, {
    condition: { value: 'PT', op: 'is', field: 'candidate.country' },
  });
  const { revision } = await api.db
    .selectFrom('pool')
    .select('revision')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  expect(revision).toBe(1);
});

test('a condition that asks nothing, or cannot be asked of a person, is refused with a sentence', async () => {
  for (const [condition, sentence] of [
    [{ all: [] }, /./],
    [{ field: 'candidate.shoeSize', op: 'is', value: 43 }, /shoeSize/],
    [{ field: 'event.source', op: 'is', value: 'x' }, /just happened/],
  ] as const) {
    const { status, body } = await recruiter().post('/api/pools', { name: 'Odd', condition });
    expect(status).toBe(422);
    expect(body.errors[0]).toMatchObject({ path: 'condition', message: expect.stringMatching(sentence) });
  }
});

test('a condition that asks about its own pool is refused, however it is asked', async () => {
  const id = await pool('Itself');
  const other = await pool('Another');
  const asked = (op: string, value?: unknown) =>
    recruiter().patch(`/api/pools/${id}`, {
      condition: { any: [{ not: { field: 'candidate.pools', op, value } }, rust] },
    });
  for (const refused of [
    await asked('contains', id),
    await asked('none-of', [other, id.toUpperCase()]),
    await asked('not-empty'),
    await recruiter().post('/api/pools', {
      name: 'In none',
      condition: { field: 'candidate.pools', op: 'empty' },
    }),
  ])
    expect([refused.status, refused.body.errors]).toEqual([
      422,
      [{ path: 'condition', message: expect.stringMatching(/this very pool/) }],
    ]);
  expect((await asked('contains', other)).status).toBe(200);
});

test('nobody is put into it or taken out of it by hand', async () => {
  const { id: ana } = (
    await recruiter().post('/api/candidates', { firstName: 'Ana', email: 'ana@example.com' })
  ).body;
  const id = await pool('Before');
  await recruiter().post(`/api/pools/${id}/members`, { candidateIds: [ana] });
  await recruiter().patch(`/api/pools/${id}`, { condition: rust });
  for (const { status, body } of [
    await recruiter().post(`/api/pools/${id}/members`, { candidateIds: [ana] }),
    await recruiter().delete(`/api/pools/${id}/members/${ana}`),
  ])
    expect([status, body.code, body.detail]).toEqual([
      409,
      'pool-by-condition',
      expect.stringMatching(/^A condition chooses who is in this pool\./),
    ]);
});

test('a flow that would put someone into it, or take someone out, is not published', async () => {
  const id = await pool('Not by flows', { condition: rust });
  const position = { x: 0, y: 0 };
  const nodes = [
    { id: 'start', type: 'manual', position, data: {} },
    { id: 'left', type: 'left-pool', position, data: { poolId: id } },
    { id: 'in', type: 'add-to-pool', position, data: { poolId: id } },
    { id: 'out', type: 'remove-from-pool', position, data: { poolId: id } },
    { id: 'done', type: 'end', position, data: {} },
  ];
  const edges = [
    ['start', 'in'],
    ['left', 'in'],
    ['in', 'out'],
    ['out', 'done'],
  ].map(([source, target]) => ({ id: `${source}-${target}`, source, sourceHandle: 'next', target }));
  const flow = (await recruiter().post('/api/flows', { name: 'In and out' })).body.id;
  await recruiter().put(`/api/flows/${flow}/draft`, { name: 'In and out', settings: {}, nodes, edges });
  const { body } = await recruiter().get(`/api/flows/${flow}/problems`);
  expect(
    (body.items ?? body.problems).filter(({ severity }: { severity: string }) => severity === 'error'),
  ).toEqual(
    ['in', 'out'].map((node) =>
      expect.objectContaining({
        node,
        field: 'poolId',
        code: 'pool-by-condition',
        message: expect.stringMatching(/^A condition chooses/),
      }),
    ),
  );
  expect((await recruiter().post(`/api/flows/${flow}/publish`, {})).status).toBe(422);
});
