import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawn, template } from './flow-fixture.ts';
import { type ApiHarness, apiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await apiHarness();
});
afterAll(() => api.close());

const recruiter = () => api.as('recruiter');

/** A flow whose draft holds one scenario that expects the given template to be sent so often. */
async function flowExpecting(name: string, times: number) {
  const templateId = await template(api, `${name}, thanks`);
  const id = (await recruiter().post('/api/flows', { name })).body.id;
  const scenario = { id: 'thanks', name: 'Is thanked', expect: [{ that: 'sends', templateId, times }] };
  const graph = { ...drawn(name, templateId), scenarios: [scenario] };
  expect((await recruiter().put(`/api/flows/${id}/draft`, graph)).status).toBe(200);
  return { id, graph, templateId };
}

test('a flow is published when its scenarios are green', async () => {
  const { id } = await flowExpecting('Green', 1);
  const { body } = await recruiter().post(`/api/flows/${id}/scenarios`, {});
  expect(body.results).toMatchObject([{ id: 'thanks', green: true, problem: null }]);
  expect((await recruiter().post(`/api/flows/${id}/publish`, {})).status).toBe(200);
  const versions = await recruiter().get(`/api/flows/${id}/versions`);
  expect(versions.body.items[0]).toMatchObject({ number: 1, scenariosOverridden: null });
});

test('a red scenario stops publishing and says what came of it; a reason lets it go live and stays with the version', async () => {
  const { id } = await flowExpecting('Red', 2);
  const stopped = await recruiter().post(`/api/flows/${id}/publish`, {});
  expect([stopped.status, stopped.body.code]).toEqual([422, 'scenarios-red']);
  expect(stopped.body.scenarios).toMatchObject([
    { name: 'Is thanked', green: false, judgements: [{ expected: '“Red, thanks” is sent twice' }] },
  ]);
  expect((await recruiter().get(`/api/flows/${id}`)).body.state).toBe('draft');
  const overrideScenarios = 'The second mail comes with the next version.';
  expect((await recruiter().post(`/api/flows/${id}/publish`, { overrideScenarios })).status).toBe(200);
  const versions = await recruiter().get(`/api/flows/${id}/versions`);
  expect(versions.body.items[0]).toMatchObject({ number: 1, scenariosOverridden: overrideScenarios });
});

test('another graph can be tried against its scenarios without saving it', async () => {
  const { id, graph } = await flowExpecting('Tried', 2);
  const once = { ...graph.scenarios[0], expect: [{ that: 'sends-nothing' }] };
  const tried = await api.as('viewer').post(`/api/flows/${id}/scenarios`, {
    graph: { ...graph, scenarios: [once] },
  });
  expect(tried.body.results).toMatchObject([{ green: false, judgements: [{ cameTrue: false }] }]);
  const broken = await api.as('viewer').post(`/api/flows/${id}/scenarios`, {
    graph: { ...graph, edges: [] },
  });
  expect([broken.status, broken.body.code]).toEqual([422, 'flow-problems']);
});

test('a scenario that is none is refused with the place where it is wrong', async () => {
  const { id, graph } = await flowExpecting('Refused', 1);
  const scenarios = [{ id: 'x', name: ' ', expect: [{ that: 'sends', templateId: 't', times: 0 }] }];
  const refused = await recruiter().put(`/api/flows/${id}/draft`, { ...graph, scenarios });
  expect(refused.status).toBe(422);
  expect(refused.body.errors.map((error: { path: string }) => error.path)).toEqual([
    'scenarios.0.name',
    'scenarios.0.expect.0.times',
  ]);
});
