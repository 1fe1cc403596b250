/** Flows from the gallery and from files, into files, and copied. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawn, liveFlow, template } from './flow-fixture.ts';
import { type ApiHarness, apiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await apiHarness();
});
afterAll(() => api.close());

const recruiter = () => api.as('recruiter');
const names = async (what: 'templates' | 'pools' | 'flows'): Promise<string[]> =>
  (await recruiter().get(`/api/${what}?limit=200`)).body.items.map((one: { name: string }) => one.name);
const draftOf = async (id: string) => (await recruiter().get(`/api/flows/${id}/draft`)).body;
const take = async (file: unknown) => {
  const { status, body } = await recruiter().post('/api/flow-files', file);
  expect(status, JSON.stringify(body)).toBe(201);
  return body.id as string;
};

test('every flow of the gallery is taken in whole: a draft without a problem, whose scenarios pass', async () => {
  const { items } = (await api.as('viewer').get('/api/gallery')).body;
  expect(items.length).toBeGreaterThanOrEqual(13);
  for (const { graph, templates, slug } of items) {
    const id = await take({ graph, templates });
    const draft = await draftOf(id);
    expect(draft.problems, slug).toEqual([]);
    const flow = (await recruiter().get(`/api/flows/${id}`)).body;
    expect(flow).toMatchObject({ name: graph.name, state: 'draft', version: null });
    const { results } = (await recruiter().post(`/api/flows/${id}/scenarios`, {})).body;
    expect(results.length).toBe(graph.scenarios.length);
    expect(results.filter((one: { green: boolean }) => !one.green)).toEqual([]);
  }
  expect(await names('pools')).toEqual([
    'Early careers',
    'Job alerts',
    'Passive talent',
    'Silver medallists',
  ]);
});

test('what is there already is used; a copy of a template gets the next free name', async () => {
  const id = await template(api, 'Thanks for coming');
  const file = {
    graph: { ...drawn('Open evening', 'thanks for coming') },
    templates: [{ name: 'Thanks for coming', subject: 'Thank you', body: 'It was good to meet you.' }],
  };
  const { needs } = (await recruiter().post('/api/flow-files/needs', file)).body;
  expect(needs).toEqual([
    {
      kind: 'template',
      name: 'thanks for coming',
      found: [{ id, name: 'Thanks for coming' }],
      canMake: true,
    },
  ]);
  const sent = async (flow: string) =>
    (await draftOf(flow)).graph.nodes.find((node: { id: string }) => node.id === 'thanks').data.templateId;
  expect(await sent(await take(file))).toBe(id);
  const copied = await take({
    ...file,
    choices: [{ kind: 'template', name: 'Thanks for coming', take: 'new' }],
  });
  const { body } = await recruiter().get(`/api/templates/${await sent(copied)}`);
  expect(body).toMatchObject({ name: 'Thanks for coming (2)', subject: 'Thank you' });
  expect((await draftOf(copied)).graph.name).toBe('Open evening (2)');
});

test('what nobody has and the file does not bring is left, and the draft says what is missing', async () => {
  const before = await names('templates');
  const file = { graph: drawn('From elsewhere', 'Known to others only'), templates: [] };
  const { needs } = (await recruiter().post('/api/flow-files/needs', file)).body;
  expect(needs).toEqual([{ kind: 'template', name: 'Known to others only', found: [], canMake: false }]);
  const { problems } = await draftOf(await take(file));
  expect(problems.map((one: { code: string }) => one.code)).toEqual(['field-missing']);
  expect(await names('templates')).toEqual(before);
});

test('a template that cannot be read keeps the whole file out', async () => {
  const before = [await names('templates'), await names('flows')];
  const { status, body } = await recruiter().post('/api/flow-files', {
    graph: drawn('Broken', 'Broken text'),
    templates: [{ name: 'Broken text', subject: 'Hello', body: 'Hello {{ candidate.firstname }}' }],
  });
  expect([status, body.code]).toEqual([422, 'invalid']);
  expect([await names('templates'), await names('flows')]).toEqual(before);
});

test('a flow goes into a file by names, with its templates, and comes back as it was', async () => {
  const { flow, templateId } = await liveFlow(api, 'Round trip');
  const { graph, templates, unresolved } = (await api.as('viewer').get(`/api/flows/${flow}/file`)).body;
  expect(unresolved).toEqual([]);
  expect(JSON.stringify(graph)).not.toContain(templateId);
  expect(templates).toEqual([
    expect.objectContaining({ name: 'Round trip, thanks', body: 'We have **read** your application.' }),
  ]);
  const back = (await draftOf(await take({ graph, templates }))).graph;
  const first = (await draftOf(flow)).graph;
  expect(back.nodes).toHaveLength(first.nodes.length);
  for (const node of first.nodes) expect(back.nodes).toContainEqual(node);
  for (const edge of first.edges) expect(back.edges).toContainEqual(edge);
  expect(back.settings).toEqual(first.settings);
});

test('a copy has the same draft under its own name, and is never live', async () => {
  const { flow } = await liveFlow(api, 'Original');
  const { status, body } = await recruiter().post(`/api/flows/${flow}/duplicate`, {
    name: 'Copy of Original',
  });
  expect(status).toBe(201);
  const [copy, original] = [await draftOf(body.id), await draftOf(flow)];
  expect(copy.graph).toEqual({ ...original.graph, name: 'Copy of Original' });
  expect((await recruiter().get(`/api/flows/${body.id}`)).body).toMatchObject({
    state: 'draft',
    version: null,
  });
  const gone = await recruiter().post('/api/flows/01936f00-0000-7000-8000-000000000000/duplicate', {
    name: 'x',
  });
  expect(gone.status).toBe(404);
});
