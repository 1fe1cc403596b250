import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiHarness, apiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await apiHarness();
});
afterAll(() => api.close());

const day = 86_400_000;

test('contact is held for some days in a person’s name, is told on the page and in the timeline, and is let go of', async () => {
  const recruiter = api.as('recruiter');
  const id = (await recruiter.post('/api/candidates', { email: 'ana@costa.example', firstName: 'Ana' })).body
    .id;
  const holdNow = async () => (await recruiter.get(`/api/candidates/${id}`)).body.hold;
  expect(await holdNow()).toBeNull();
  const held = await recruiter.post(`/api/candidates/${id}/contact-hold`, { days: 3, reason: 'Offer talks' });
  expect(held.status).toBe(201);
  expect(await holdNow()).toMatchObject({
    until: new Date(api.clock.now() + 3 * day).toISOString(),
    covers: 'nurture',
    reason: 'Offer talks',
  });
  // A second one takes its place.
  await recruiter.post(`/api/candidates/${id}/contact-hold`, { days: 14, covers: 'everything' });
  expect(await holdNow()).toMatchObject({
    until: new Date(api.clock.now() + 14 * day).toISOString(),
    covers: 'everything',
    reason: '',
  });
  for (let n = 0; n < 2; n++)
    expect((await recruiter.delete(`/api/candidates/${id}/contact-hold`)).status).toBe(204);
  expect(await holdNow()).toBeNull();
  const { items } = (await recruiter.get(`/api/candidates/${id}/timeline`)).body;
  const titles = items.map((item: { title: string }) => item.title);
  expect(titles.filter((title: string) => title === 'Contact held: flows keep quiet')).toHaveLength(2);
  expect(titles.filter((title: string) => title === 'Flows may write again')).toHaveLength(1);
});

test('how long contact is held must make sense, and must be about someone', async () => {
  const recruiter = api.as('recruiter');
  const id = (await recruiter.post('/api/candidates', { email: 'ben@okafor.example' })).body.id;
  for (const days of [0, 366, 1.5, 'long']) {
    const { status, body } = await recruiter.post(`/api/candidates/${id}/contact-hold`, { days });
    expect([status, body.errors?.[0]?.path]).toEqual([422, 'days']);
  }
  const nobody = '01936f00-0000-7000-8000-000000000000';
  expect((await recruiter.post(`/api/candidates/${nobody}/contact-hold`, { days: 3 })).status).toBe(404);
  expect((await recruiter.delete(`/api/candidates/${nobody}/contact-hold`)).status).toBe(404);
});
