/** Candidates by condition. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiHarness, apiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await apiHarness();
  for (const [firstName, company, custom] of [
    ['Ana', 'Tejo Labs', { level: 'Senior', years: 7 }],
    ['Inês', 'TEJÓ labs', { level: 'senior', years: 3 }],
    ['Rui', 'Douro', {}],
  ] as const)
    await api.as('recruiter').post('/api/candidates', {
      firstName,
      company,
      custom,
      email: `${firstName}@example.com`.replace('ê', 'e'),
    });
});
afterAll(() => api.close());

const matching = (condition: unknown, more: Record<string, unknown> = {}) =>
  api.as('viewer').post('/api/candidates/matching', { condition, ...more });
const names = (body: { items: { fullName: string }[] }) => body.items.map((item) => item.fullName).sort();

test('text is compared as it is read, numbers as numbers', async () => {
  const tejo = { field: 'candidate.company', op: 'is', value: 'tejo labs' };
  expect(names((await matching(tejo)).body)).toEqual(['Ana', 'Inês']);
  const senior = { all: [tejo, { field: 'candidate.custom.years', op: 'greater', value: 5 }] };
  const { body } = await matching(senior);
  expect(names(body)).toEqual(['Ana']);
  expect(body.total).toEqual({ count: 1, about: false });
  expect(names((await matching({ not: tejo })).body)).toEqual(['Rui']);
});

test('pages follow each other in every order', async () => {
  const all = { field: 'candidate.email', op: 'not-empty' };
  for (const sort of ['recent', 'name', 'created']) {
    const first = (await matching(all, { limit: 2, sort })).body;
    const second = (await matching(all, { limit: 2, sort, cursor: first.nextCursor })).body;
    expect([...names(first), ...names(second)].sort()).toEqual(['Ana', 'Inês', 'Rui']);
    expect(second.nextCursor).toBeNull();
  }
});

test('how many of how many', async () => {
  const { status, body } = await api.as('viewer').post('/api/candidates/matching/count', {
    condition: { field: 'candidate.custom.level', op: 'is', value: 'SENIOR' },
  });
  expect(status).toBe(200);
  expect(body).toEqual({ matching: { count: 2, about: false }, all: { count: 3, about: false } });
});

test.each([
  [{ field: 'candidate.shoeSize', op: 'is', value: '43' }, 'There is no field called “candidate.shoeSize”.'],
  [{ all: [] }, '“Condition” asks nothing yet. Add a condition.'],
  [{ field: 'candidate.company', op: 'greater', value: 3 }, '“Company” cannot be compared by “greater”.'],
  [
    {
      any: Array.from({ length: 5 }, () => ({
        any: Array.from({ length: 50 }, () => ({ field: 'candidate.email', op: 'empty' })),
      })),
    },
    'asks more than 200 questions',
  ],
])('what cannot be asked is refused with a sentence: %j', async (condition, message) => {
  const { status, body } = await matching(condition);
  expect(status).toBe(422);
  expect(body.errors).toEqual([{ path: 'condition', message }]);
});
