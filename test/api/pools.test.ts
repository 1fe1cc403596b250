/** Pools with a condition: written, read, refused. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { houseOn } from '../harness/house.ts';
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

test('before another condition is taken, a pool tells who would join, who would leave, and what that starts', async () => {
  const people = async (name: string, tags: string[]) =>
    (await recruiter().post('/api/candidates', { firstName: name, email: `${name}@example.com`, tags })).body
      .id as string;
  const [ada, bo, cy] = [
    await people('Ada', ['ocaml']),
    await people('Bo', ['ocaml', 'haskell']),
    await people('Cy', ['haskell']),
  ];
  const ocaml = { ...rust, value: 'ocaml' };
  const haskell = { ...rust, value: 'haskell' };
  const id = await pool('Typed', { condition: ocaml });
  await houseOn(api.db, api.clock).settle();
  const flow = (await recruiter().post('/api/flows', { name: 'Welcome to the club' })).body.id;
  await recruiter().put(`/api/flows/${flow}/draft`, {
    name: 'Welcome to the club',
    settings: {},
    nodes: [
      { id: 'in', type: 'joined-pool', position: { x: 0, y: 0 }, data: { poolId: id } },
      { id: 'done', type: 'end', position: { x: 0, y: 100 }, data: {} },
    ],
    edges: [{ id: 'e', source: 'in', sourceHandle: 'next', target: 'done' }],
  });
  expect((await recruiter().post(`/api/flows/${flow}/publish`, {})).status).toBe(200);
  const ask = (of: string, condition: unknown) => recruiter().post(`/api/pools/${of}/preview`, { condition });

  expect((await ask(id, haskell)).body).toEqual({
    joins: { count: 1, about: false, some: [{ id: cy, fullName: 'Cy' }] },
    leaves: { count: 1, about: false, some: [{ id: ada, fullName: 'Ada' }] },
    starts: [{ flowId: flow, name: 'Welcome to the club', on: 'joined' }],
  });
  expect((await ask(id, null)).body).toMatchObject({ joins: { count: 0 }, leaves: { count: 0 } });
  expect((await ask(await pool('Heard by nobody'), haskell)).body).toMatchObject({
    joins: { count: 2 },
    leaves: { count: 0 },
    starts: [],
  });
  const { items } = (await api.as('viewer').get(`/api/pools/${id}/members`)).body;
  expect(items.map((one: { id: string }) => one.id).toSorted()).toEqual([ada, bo].toSorted());
});

test('a pool says its condition, and why each of its members is in it: what of it holds for her', async () => {
  const person = async (name: string, tags: string[], country: string) =>
    (
      await recruiter().post('/api/candidates', {
        firstName: name,
        email: `${name}@example.com`,
        tags,
        country,
      })
    ).body.id as string;
  const dee = await person('Dee', ['elm'], 'PT');
  const eve = await person('Eve', ['elm', 'lead'], 'ES');
  const either = {
    all: [
      { ...rust, value: 'elm' },
      {
        any: [
          { field: 'candidate.country', op: 'is', value: 'PT' },
          { ...rust, value: 'lead' },
        ],
      },
      { not: { ...rust, value: 'gone' } },
    ],
  };
  const id = await pool('Elm', { condition: either });
  expect((await api.as('viewer').get(`/api/pools/${id}`)).body.says).toBe(
    'Tags include “elm” and (Country is “PT” or Tags include “lead”) and not (Tags include “gone”)',
  );
  await houseOn(api.db, api.clock).settle();
  await recruiter().patch(`/api/candidates/${eve}`, { country: 'FR' });
  const { items } = (await api.as('viewer').get(`/api/pools/${id}/members`)).body;
  const because = (of: string) => items.find((one: { id: string }) => one.id === of);
  expect(because(dee)).toMatchObject({
    by: { kind: 'system' },
    because: ['Tags include “elm”', 'Country is “PT”', 'not (Tags include “gone”)'],
  });
  expect(because(eve).because).toEqual([
    'Tags include “elm”',
    'Tags include “lead”',
    'not (Tags include “gone”)',
  ]);
  const hand = await pool('Elm by hand');
  await recruiter().post(`/api/pools/${hand}/members`, { candidateIds: [dee] });
  expect((await api.as('viewer').get(`/api/pools/${hand}/members`)).body.items[0].because).toBeNull();
});

test('a pool is put into the archive and taken out: listed where asked for, changed by nobody meanwhile, with the flows that use it', async () => {
  const id = await pool('Last year’s meetup');
  const { id: ana } = (
    await recruiter().post('/api/candidates', { firstName: 'Ana', email: 'ana.meetup@example.com' })
  ).body;
  await recruiter().post(`/api/pools/${id}/members`, { candidateIds: [ana] });
  const flow = (await recruiter().post('/api/flows', { name: 'After the meetup' })).body.id;
  const position = { x: 0, y: 0 };
  await recruiter().put(`/api/flows/${flow}/draft`, {
    name: 'After the meetup',
    settings: {},
    nodes: [
      { id: 'in', type: 'joined-pool', position, data: { poolId: id } },
      { id: 'done', type: 'end', position, data: {} },
    ],
    edges: [{ id: 'e', source: 'in', sourceHandle: 'next', target: 'done' }],
  });
  expect((await recruiter().post(`/api/flows/${flow}/publish`, {})).status).toBe(200);
  expect((await api.as('viewer').get(`/api/pools/${id}/flows`)).body.items).toEqual([
    { id: flow, name: 'After the meetup', state: 'live' },
  ]);
  const named = async (path: string) =>
    (await api.as('viewer').get(path)).body.items.map((each: { name: string }) => each.name);

  const archived = await recruiter().patch(`/api/pools/${id}`, { archived: true });
  expect(archived.body).toMatchObject({ members: 1, archivedAt: expect.any(String) });
  expect(await named('/api/pools')).not.toContain('Last year’s meetup');
  expect(await named('/api/pools?archived=true')).toEqual(['Last year’s meetup']);
  for (const { status, body } of [
    await recruiter().patch(`/api/pools/${id}`, { name: 'Another' }),
    await recruiter().post(`/api/pools/${id}/members`, { candidateIds: [ana] }),
    await recruiter().delete(`/api/pools/${id}/members/${ana}`),
  ])
    expect([status, body.code]).toEqual([409, 'pool-archived']);
  expect((await recruiter().post(`/api/flows/${flow}/enrolments`, { poolId: id })).body.errors).toEqual([
    { path: 'poolId', message: 'is in the archive' },
  ]);
  const { problems } = (await recruiter().get(`/api/flows/${flow}/problems`)).body;
  expect(problems).toContainEqual(
    expect.objectContaining({ code: 'pool-archived', node: 'in', field: 'poolId' }),
  );

  const back = await recruiter().patch(`/api/pools/${id}`, { archived: false, name: 'Meetup' });
  expect(back.body).toMatchObject({ name: 'Meetup', members: 1, archivedAt: null });
  expect(await named('/api/pools?archived=true')).toEqual([]);
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
