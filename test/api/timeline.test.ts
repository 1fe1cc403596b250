import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiHarness, apiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await apiHarness();
});
afterAll(() => api.close());

test('the timeline tells everything once, newest first, page by page', async () => {
  const recruiter = api.as('recruiter');
  const vera = { firstName: 'Vera', source: 'fair', email: 'vera@example.com' };
  const id = (await recruiter.post('/api/candidates', vera)).body.id;
  const pass = () => api.clock.pass(60_000);
  pass();
  await recruiter.post(`/api/candidates/${id}/notes`, { body: 'Met at the fair, very keen.' });
  pass();
  await recruiter.post(`/api/candidates/${id}/tags`, { add: ['keen'], remove: [] });
  pass();
  const application = (await recruiter.post(`/api/candidates/${id}/applications`, {})).body.id;
  pass();
  const { stages } = (await recruiter.get('/api/pipelines')).body.items[0];
  await recruiter.patch(`/api/applications/${application}`, { stageId: stages[1].id });
  pass();
  await recruiter.post('/api/events', {
    candidateId: id,
    type: 'custom.event-attended',
    data: { name: 'Meetup' },
  });
  const whole = (await recruiter.get(`/api/candidates/${id}/timeline`)).body;
  expect(whole.items.map((item: { title: string }) => item.title)).toEqual([
    '“event-attended”',
    'Moved from Applied to Recruiter screen',
    'Applied for a job',
    'Tagged “keen”',
    'Note',
    'Came to us through fair',
  ]);
  expect(whole.items[4]).toMatchObject({
    kind: 'note',
    body: 'Met at the fair, very keen.',
    by: { kind: 'person', name: 'Tests, recruiter' },
  });
  const paged: unknown[] = [];
  let cursor = '';
  do {
    const { body } = await recruiter.get(`/api/candidates/${id}/timeline?limit=2${cursor}`);
    paged.push(...body.items);
    cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : '';
  } while (cursor);
  expect(paged).toEqual(whole.items);
  const of = async (filter: string) =>
    (await recruiter.get(`/api/candidates/${id}/timeline?filter=${filter}`)).body.items.map(
      (item: { kind: string }) => item.kind,
    );
  expect(await of('notes')).toEqual(['note']);
  expect(await of('stages')).toEqual(['stage', 'event']);
  expect(await of('mails')).toEqual([]);
  expect(await of('flow')).toEqual([]);
});

test('who closes an application may say why, and the timeline says it', async () => {
  const recruiter = api.as('recruiter');
  const id = (await recruiter.post('/api/candidates', { email: 'closed@example.com' })).body.id;
  const application = (await recruiter.post(`/api/candidates/${id}/applications`, {})).body.id;
  api.clock.pass(60_000);
  await recruiter.patch(`/api/applications/${application}`, {
    status: 'rejected',
    reason: 'Position filled',
  });
  const { items } = (await recruiter.get(`/api/candidates/${id}/timeline`)).body;
  expect(items[0]).toMatchObject({ title: 'Application rejected', body: 'Position filled' });
});
