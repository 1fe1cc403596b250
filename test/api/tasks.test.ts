/** Tasks by hand and by flows, decisions, and what colleagues are told. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { advancing } from '../../workflows/context.ts';
import { flow } from '../contract/flows.ts';
import { houseOn, publish } from '../harness/house.ts';
import { type ApiHarness, apiHarness } from './harness.ts';

let api: ApiHarness;
let marta: string;
beforeAll(async () => {
  api = await apiHarness();
  marta = await colleague('Marta Dias');
});
afterAll(() => api.close());

async function colleague(name: string): Promise<string> {
  const id = crypto.randomUUID();
  await api.db
    .insertInto('user')
    .values({ id, name, email: `${id}@halden.example`, role: 'recruiter' })
    .execute();
  return id;
}

let people = 0;
const candidate = async (): Promise<string> =>
  (
    await api
      .as('recruiter')
      .post('/api/candidates', { firstName: 'Inês', email: `i${++people}@example.com` })
  ).body.id;
const tasksOf = async (id: string, status = 'open') =>
  (await api.as('viewer').get(`/api/tasks?candidate=${id}&status=${status}`)).body.items;

describe('by hand', () => {
  test('a task is made, handed over, done and opened again, and the timeline tells it', async () => {
    const recruiter = api.as('recruiter');
    const person = await candidate();
    const made = await recruiter.post('/api/tasks', {
      title: 'Call her',
      candidateId: person,
      dueAt: '2026-11-25T09:00:00Z',
    });
    expect(made.status).toBe(201);
    expect(await tasksOf(person)).toMatchObject([
      { title: 'Call her', kind: 'task', assignee: null, dueAt: '2026-11-25T09:00:00.000Z' },
    ]);
    const path = `/api/tasks/${made.body.id}`;
    expect((await recruiter.patch(path, { assigneeId: marta, dueAt: null })).status).toBe(204);
    expect(await tasksOf(person)).toMatchObject([{ assignee: { name: 'Marta Dias' }, dueAt: null }]);
    await recruiter.patch(path, { status: 'done' });
    expect(await tasksOf(person)).toEqual([]);
    expect(await tasksOf(person, 'done')).toMatchObject([{ settledBy: { name: 'Tests, recruiter' } }]);
    await recruiter.patch(path, { status: 'open' });
    expect(await tasksOf(person)).toMatchObject([{ settledAt: null, settledBy: null }]);
    const { items } = (await recruiter.get(`/api/candidates/${person}/timeline`)).body;
    expect(items.map((item: { title: string }) => item.title)).toEqual([
      'Task settled',
      'Task created',
      'Added',
    ]);
  });

  test('a list of tasks goes on page by page, what is due first first and what is due at no time last', async () => {
    const recruiter = api.as('recruiter');
    const person = await candidate();
    for (const [title, dueAt] of [
      ['whenever', null],
      ['later', '2026-11-30T09:00:00Z'],
      ['whenever too', null],
      ['sooner', '2026-11-24T09:00:00Z'],
    ])
      await recruiter.post('/api/tasks', { title, candidateId: person, dueAt });
    const titles: string[] = [];
    let cursor = '';
    do {
      const { body } = await recruiter.get(`/api/tasks?candidate=${person}&limit=1${cursor}`);
      titles.push(...body.items.map((item: { title: string }) => item.title));
      cursor = body.nextCursor ? `&cursor=${body.nextCursor}` : '';
    } while (cursor);
    expect(titles).toEqual(['sooner', 'later', 'whenever', 'whenever too']);
  });

  test('mine are mine, nobody’s are anyone’s', async () => {
    const session = api.as('recruiter');
    const person = await candidate();
    for (const assigneeId of [marta, null])
      await session.post('/api/tasks', { title: 'Call', candidateId: person, assigneeId });
    const of = async (whose: string) =>
      (await session.get(`/api/tasks?of=${whose}&candidate=${person}`)).body.items.length;
    expect([await of('all'), await of('nobody'), await of('mine')]).toEqual([2, 1, 0]);
  });

  test.each([
    [{ title: ' ' }, 'title'],
    [{ title: 'Call', assigneeId: 'nobody' }, 'assigneeId'],
    [{ title: 'Call', candidateId: '01936f00-0000-7000-8000-000000000000' }, 'candidateId'],
    [{ title: 'Call', dueAt: 'tomorrow' }, 'dueAt'],
    [{ title: 'Call', applicationId: '01936f00-0000-7000-8000-000000000000' }, 'applicationId'],
  ])('%j is refused by the name of the field', async (given, path) => {
    const { status, body } = await api.as('recruiter').post('/api/tasks', given);
    expect([status, body.errors[0].path]).toEqual([422, path]);
  });

  test('there is nothing to decide about a task', async () => {
    const { id } = (await api.as('recruiter').post('/api/tasks', { title: 'Call' })).body;
    const { status, body } = await api
      .as('recruiter')
      .post(`/api/tasks/${id}/decide`, { outcome: 'approved' });
    expect([status, body.code]).toEqual([409, 'nothing-to-decide']);
  });
});

describe('asked by a flow', () => {
  /** A flow that asks Marta and waits for three days. */
  async function asked(more: Record<string, unknown> = {}) {
    const house = houseOn(api.db, api.clock);
    const { flowId } = await publish(
      api.db,
      {
        ...flow(
          [
            {
              id: 'ask',
              type: 'approval',
              data: {
                title: 'Invite {{ candidate.firstName }}?',
                to: 'person',
                personId: marta,
                timeout: 'P3D',
              },
              to: { approved: 'yes', declined: 'done', timeout: 'done' },
            },
            { id: 'yes', type: 'add-tag', data: { tag: 'invited' } },
            {
              id: 'tell',
              type: 'notify',
              data: { via: 'app', to: 'person', personId: marta, text: 'Invited.' },
            },
          ],
          more,
        ),
        name: `Asking ${++people}`,
      },
      { templates: {}, now: api.clock.now() },
    );
    const person = await candidate();
    await api.as('recruiter').post(`/api/candidates/${person}/enrolments`, { flowId });
    await house.settle();
    const [task] = await tasksOf(person);
    const goOn = () => advancing(house.context, task.enrolmentId, api.clock.now());
    return { goOn, person, task };
  }
  const decide = (id: string, outcome: string) =>
    api.as('recruiter').post(`/api/tasks/${id}/decide`, { outcome });

  test('the first decision stands, and the run says who decided and when', async () => {
    const { goOn, person, task } = await asked();
    expect(task).toMatchObject({
      kind: 'approval',
      title: 'Invite Inês?',
      assignee: { name: 'Marta Dias' },
      by: { kind: 'flow' },
    });
    expect((await decide(task.id, 'approved')).body).toEqual({ outcome: 'approved', first: true });
    expect((await decide(task.id, 'declined')).body).toEqual({ outcome: 'approved', first: false });
    await goOn();
    const events = await api.db
      .selectFrom('event')
      .select(['type', 'data'])
      .where('candidate_id', '=', person)
      .where('type', '=', 'task.answered')
      .execute();
    expect(events).toHaveLength(1);
    expect((await api.as('viewer').get(`/api/candidates/${person}`)).body.tags).toEqual(['invited']);
    const { steps } = (await api.as('viewer').get(`/api/enrolments/${task.enrolmentId}`)).body;
    const step = steps.find((each: { nodeId: string }) => each.nodeId === 'ask');
    expect(step.title).toBe('Asked for approval: “Invite Inês?”');
    expect(step.reasons.map((each: { text: string }) => each.text)).toEqual([
      'For Marta Dias',
      'Answered on Mon 23 Nov, 14:32 (UTC): Approved by Tests, recruiter',
    ]);
  });

  test('an approval is not done by marking it done', async () => {
    const { task } = await asked();
    const { status, body } = await api.as('recruiter').patch(`/api/tasks/${task.id}`, { status: 'done' });
    expect([status, body.code]).toEqual([409, 'needs-decision']);
  });

  test('who decides once the flow went on without an answer is told that it is too late', async () => {
    const { goOn, person, task } = await asked();
    api.clock.pass(3 * 86_400_000 + 120_000);
    await goOn();
    const { status, body } = await decide(task.id, 'approved');
    expect([status, body.code]).toEqual([409, 'too-late']);
    expect(body.detail).toBe('The flow has gone on without an answer, so nothing was decided.');
    expect((await api.as('viewer').get(`/api/candidates/${person}`)).body.tags).toEqual([]);
  });

  test('leaving the flow calls the approval off in the transaction that records why, before any worker looks', async () => {
    const { person, task } = await asked({ exitOn: ['application.rejected'] });
    const recruiter = api.as('recruiter');
    const application = (await recruiter.post(`/api/candidates/${person}/applications`, {})).body.id;
    await recruiter.patch(`/api/applications/${application}`, { status: 'rejected' });
    expect(await tasksOf(person)).toEqual([]);
    expect((await decide(task.id, 'approved')).body.code).toBe('too-late');
  });

  test('stopping the run by hand calls the approval off, too', async () => {
    const { person, task } = await asked();
    const stopped = await api.as('recruiter').post(`/api/enrolments/${task.enrolmentId}/stop`, {});
    expect([200, 202, 204]).toContain(stopped.status);
    expect(await tasksOf(person)).toEqual([]);
  });

  test('a notice is read once, and only by whom it is for', async () => {
    const { goOn, task, person } = await asked();
    await decide(task.id, 'approved');
    await goOn();
    const mine = await api.db
      .selectFrom('notice')
      .select(['text', 'candidate_id', 'read_at'])
      .where('person_id', '=', marta)
      .where('candidate_id', '=', person)
      .execute();
    expect(mine).toEqual([{ text: 'Invited.', candidate_id: person, read_at: null }]);
    const { body } = await api.as('viewer').get('/api/notices');
    expect(body).toEqual({ items: [], nextCursor: null, unread: 0 });
    expect((await api.as('viewer').post('/api/notices/read', {})).status).toBe(204);
    const unread = await api.db
      .selectFrom('notice')
      .select('id')
      .where('person_id', '=', marta)
      .where('read_at', 'is', null)
      .execute();
    expect(unread.length).toBeGreaterThan(0);
  });
});
