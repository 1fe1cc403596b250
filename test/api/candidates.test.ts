import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../db/id.ts';
import { liveFlow } from './flow-fixture.ts';
import { type ApiHarness, apiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await apiHarness();
});
afterAll(() => api.close());

let nth = 0;
async function add(person: Record<string, unknown>): Promise<string> {
  const { status, body } = await api
    .as('recruiter')
    .post('/api/candidates', { email: `someone-${nth++}@example.com`, ...person });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.id;
}
const eventsOf = async (id: string) =>
  (
    await api.db
      .selectFrom('event')
      .select(['type', 'data'])
      .where('candidate_id', '=', id)
      .orderBy('seq')
      .execute()
  ).map((event) => event.type);

test('a candidate is created with what was said, and the event says so', async () => {
  const id = await add({
    firstName: 'Inês',
    lastName: 'Carvalho',
    email: ' Ines.Carvalho@Example.com ',
    phone: '912 345 678',
    country: 'pt',
    headline: 'Staff engineer',
    company: 'Tejo Labs',
    timeZone: 'Europe/Lisbon',
    tags: ['Silver-medallist', 'silver-medallist'],
    source: 'referral',
  });
  const { body } = await api.as('viewer').get(`/api/candidates/${id}`);
  expect(body).toMatchObject({
    fullName: 'Inês Carvalho',
    timeZone: 'Europe/Lisbon',
    timeZoneFrom: 'given',
    country: 'PT',
    emails: [{ address: 'Ines.Carvalho@Example.com', primary: true, claim: false }],
    phones: [{ number: '+351912345678' }],
    tags: ['silver-medallist'],
    consent: { mail: true, reason: null },
  });
  expect(await eventsOf(id)).toEqual(['candidate.created', 'candidate.tagged']);
  const again = await api.as('recruiter').post('/api/candidates', { email: 'INES.carvalho@example.com' });
  expect([again.status, again.body.code, again.body.candidateId]).toEqual([409, 'email-taken', id]);
});

test('of many who write one address at once, one wins and the others learn who', async () => {
  const answers = await Promise.all(
    Array.from({ length: 6 }, () =>
      api.as('recruiter').post('/api/candidates', { email: 'race@example.com', firstName: 'Rita' }),
    ),
  );
  const won = answers.filter((answer) => answer.status === 201);
  expect(won).toHaveLength(1);
  expect(answers.filter((answer) => answer.status === 409).map((answer) => answer.body.candidateId)).toEqual(
    Array(5).fill(won[0]?.body.id),
  );
});

test('a zone that is none and a number that is none are refused, not dropped', async () => {
  const zone = await api
    .as('recruiter')
    .post('/api/candidates', { email: 'zone@example.com', timeZone: 'Lisbon' });
  expect([zone.status, zone.body.errors[0].path]).toEqual([422, 'timeZone']);
  const phone = await api
    .as('recruiter')
    .post('/api/candidates', { email: 'phone@example.com', phone: '912 345 678' });
  expect(phone.body.errors[0].message).toContain('country code');
});

test('a change touches only what it names; an address moves only if it is free', async () => {
  const id = await add({
    firstName: 'Rui',
    lastName: 'Pinto',
    headline: 'Nurse',
    company: 'Hospital',
    email: 'rui@example.com',
  });
  await add({ email: 'taken@example.com' });
  const recruiter = api.as('recruiter');
  expect(
    (
      await recruiter.patch(`/api/candidates/${id}`, {
        headline: null,
        lastName: 'Pinto Reis',
        email: 'rui.reis@example.com',
      })
    ).status,
  ).toBe(204);
  const { body } = await api.as('viewer').get(`/api/candidates/${id}`);
  expect(body).toMatchObject({
    fullName: 'Rui Pinto Reis',
    firstName: 'Rui',
    headline: null,
    company: 'Hospital',
  });
  expect(
    body.emails.map((email: { address: string; primary: boolean }) => [email.address, email.primary]),
  ).toEqual([
    ['rui.reis@example.com', true],
    ['rui@example.com', false],
  ]);
  expect((await recruiter.patch(`/api/candidates/${id}`, { email: 'taken@example.com' })).status).toBe(409);
  expect(
    (await recruiter.get('/api/candidates?q=rui reis')).body.items.map((item: { id: string }) => item.id),
  ).toEqual([id]);
});

test('the list pages through everyone once, in each order', async () => {
  const names = ['Zoé', 'Álvaro', 'Bruno', 'Çelik', 'Dora'];
  for (const firstName of names) {
    api.clock.pass(1000);
    await add({ firstName, source: 'paging' });
  }
  for (const [sort, expected] of [
    ['name', ['Álvaro', 'Bruno', 'Çelik', 'Dora', 'Zoé']],
    ['created', [...names].reverse()],
    ['recent', [...names].reverse()],
  ] as const) {
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await api
        .as('viewer')
        .get(`/api/candidates?source=paging&limit=2&sort=${sort}${cursor}`);
      expect(body.total).toEqual({ count: 5, about: false });
      seen.push(...body.items.map((item: { fullName: string }) => item.fullName));
      cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : '';
    } while (cursor);
    expect(seen, sort).toEqual(expected);
  }
});

test('search finds parts of words whatever their accents, and takes % for itself', async () => {
  const id = await add({
    firstName: 'José',
    lastName: 'Muñoz',
    company: '100% Remote',
    email: 'jose@example.pl',
  });
  const find = async (q: string) =>
    (await api.as('viewer').get(`/api/candidates?q=${encodeURIComponent(q)}`)).body.items.map(
      (item: { id: string }) => item.id,
    );
  expect(await find('munoz')).toEqual([id]);
  expect(await find('MUÑ')).toEqual([id]);
  expect(await find('100% remote')).toEqual([id]);
  expect(await find('%')).toEqual([id]);
  expect(await find('example.pl')).toEqual([id]);
});

test('tags, pools, stages and owners narrow the list', async () => {
  const recruiter = api.as('recruiter');
  const id = await add({ firstName: 'Marta', tags: ['go', 'rust'] });
  const pool = (await recruiter.post('/api/pools', { name: 'Backend' })).body.id;
  expect((await recruiter.post(`/api/pools/${pool}/members`, { candidateIds: [id] })).body).toEqual({
    added: 1,
  });
  expect((await recruiter.post(`/api/pools/${pool}/members`, { candidateIds: [id] })).body).toEqual({
    added: 0,
  });
  const [pipeline] = (await recruiter.get('/api/pipelines')).body.items;
  const stage = pipeline.stages[2];
  const job = (await recruiter.post('/api/jobs', { title: 'Backend engineer' })).body.id;
  const application = await recruiter.post(`/api/candidates/${id}/applications`, {
    jobId: job,
    stageId: stage.id,
    source: 'fair',
  });
  expect(application.status).toBe(201);
  for (const query of [`tag=rust`, `pool=${pool}`, `stage=${stage.id}`]) {
    const { items } = (await recruiter.get(`/api/candidates?${query}`)).body;
    expect(
      items.map((item: { id: string }) => item.id),
      query,
    ).toEqual([id]);
    expect(items[0].application).toMatchObject({
      id: application.body.id,
      jobTitle: 'Backend engineer',
      stage: stage.name,
      status: 'active',
    });
  }
  expect((await recruiter.get('/api/candidates?tag=java')).body).toMatchObject({
    items: [],
    nextCursor: null,
    total: { count: 0, about: false },
  });
  expect((await recruiter.get(`/api/pools/${pool}/members`)).body.items).toMatchObject([
    { id, by: { kind: 'person' } },
  ]);
  expect((await recruiter.delete(`/api/pools/${pool}/members/${id}`)).status).toBe(204);
  expect(await eventsOf(id)).toContain('pool.left');
});

test('moving an application to a stage for the hired hires the candidate, and a foreign stage is refused', async () => {
  const recruiter = api.as('recruiter');
  const id = await add({ firstName: 'Tiago' });
  const application = (await recruiter.post(`/api/candidates/${id}/applications`, {})).body.id;
  const { stages } = (await recruiter.get('/api/pipelines')).body.items[0];
  const hired = stages.find((stage: { kind: string }) => stage.kind === 'hired');
  expect((await recruiter.patch(`/api/applications/${application}`, { stageId: newId() })).status).toBe(422);
  expect((await recruiter.patch(`/api/applications/${application}`, { stageId: hired.id })).status).toBe(204);
  expect(await eventsOf(id)).toEqual([
    'candidate.created',
    'application.received',
    'application.stage-changed',
    'application.hired',
    'candidate.hired',
  ]);
  expect((await recruiter.get(`/api/candidates/${id}`)).body).toMatchObject({
    status: 'hired',
    applications: [{ status: 'hired', stage: { name: 'Hired' } }],
  });
  const moves = await api.db
    .selectFrom('stage_move')
    .select(['from_stage_id', 'to_stage_id', 'by_kind'])
    .where('application_id', '=', application)
    .orderBy('at')
    .orderBy('id')
    .execute();
  expect(moves.map((move) => move.by_kind)).toEqual(['person', 'person']);
});

test('the names of candidates’ own fields are listed, the most used first', async () => {
  await add({ custom: { shoeSize: 42, startDate: '2026-01-05' } });
  await add({ custom: { shoeSize: 38 } });
  const { body } = await api.as('viewer').get('/api/custom-fields');
  expect(body.items).toEqual([
    { name: 'shoeSize', count: 2 },
    { name: 'startDate', count: 1 },
  ]);
});

test('an unknown event type and an unknown candidate are refused', async () => {
  const recruiter = api.as('recruiter');
  expect(
    (await recruiter.post('/api/events', { candidateId: newId(), type: 'candidate.hired', data: {} })).status,
  ).toBe(422);
  expect(
    (await recruiter.post('/api/events', { candidateId: newId(), type: 'custom.x', data: {} })).status,
  ).toBe(404);
});

test('other systems may tell of interviews, forms and surveys; what the product itself writes is refused with the list', async () => {
  const recruiter = api.as('recruiter');
  const candidateId = (await recruiter.post('/api/candidates', { email: 'told@example.com' })).body.id;
  for (const type of [
    'interview.booked',
    'interview.done',
    'form.submitted',
    'survey.answered',
    'custom.met',
  ])
    expect((await recruiter.post('/api/events', { candidateId, type })).status).toBe(201);
  for (const type of [
    'date.came',
    'message.replied',
    'task.answered',
    'custom.',
    'custom.Met',
    'interview.moved',
  ]) {
    const { status, body } = await recruiter.post('/api/events', { candidateId, type });
    expect([status, body.errors]).toEqual([
      422,
      [
        {
          path: 'type',
          message:
            'must be interview.booked, interview.cancelled, interview.done, form.submitted, survey.answered, or custom. and a name in small letters, for example custom.event-attended',
        },
      ],
    ]);
  }
});

test('nothing happens to one person in the name of another’s application, and nobody is owned by no one', async () => {
  const recruiter = api.as('recruiter');
  const person = async (email: string) => (await recruiter.post('/api/candidates', { email })).body.id;
  const [hers, his] = [await person('hers@example.com'), await person('his@example.com')];
  const pipeline = { name: 'Foreign', stages: [{ name: 'New', kind: 'active' }] };
  const pipelineId = (await api.as('admin').post('/api/pipelines', pipeline)).body.id;
  const applicationId = (await recruiter.post(`/api/candidates/${his}/applications`, { pipelineId })).body.id;
  const { flow } = await liveFlow(api, 'Whose application');
  const refused = { path: 'applicationId', message: 'is not an application of hers' };
  const enrol = (id: string) =>
    recruiter.post(`/api/candidates/${id}/enrolments`, { flowId: flow, applicationId });
  const later = new Date(api.clock.now() + 86_400_000).toISOString();
  const tell = (candidateId: string, at?: string) =>
    recruiter.post('/api/events', { candidateId, type: 'custom.met', applicationId, at });
  for (const answer of [await enrol(hers), await tell(hers), await tell(hers, later)])
    expect([answer.status, answer.body.errors]).toEqual([422, [refused]]);
  expect([(await enrol(his)).status, (await tell(his)).status, (await tell(his, later)).status]).toEqual([
    202, 201, 201,
  ]);
  const nobodys = { path: 'ownerId', message: 'is not an account' };
  const made = await recruiter.post('/api/candidates', { email: 'new@example.com', ownerId: 'nobody' });
  expect([made.status, made.body.errors]).toEqual([422, [nobodys]]);
  const changed = await recruiter.patch(`/api/candidates/${hers}`, { ownerId: 'nobody' });
  expect([changed.status, changed.body.errors]).toEqual([422, [nobodys]]);
});

test('above ten thousand the total is about right and said to be so', async () => {
  const { sql } = await import('kysely');
  await sql`insert into candidate (id, full_name, name_key, search_key, created_at, updated_at, last_activity_at)
    select gen_random_uuid(), 'Many ' || n, 'many ' || n, 'many ' || n, now(), now(), now() from generate_series(1, 12000) as n`.execute(
    api.db,
  );
  await sql`analyze candidate`.execute(api.db);
  const { total, items } = (await api.as('viewer').get('/api/candidates?q=many&limit=5')).body;
  expect(items).toHaveLength(5);
  expect(total.about).toBe(true);
  expect(total.count).toBeGreaterThan(10_000);
  expect(total.count).toBeLessThan(13_000);
  expect((await api.as('viewer').get('/api/candidates?q=many 11999')).body.total).toEqual({
    count: 1,
    about: false,
  });
});
