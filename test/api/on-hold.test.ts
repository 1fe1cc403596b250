import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../../db/id.ts';
import { drawn, liveFlow, template } from './flow-fixture.ts';
import { type ApiHarness, apiHarness } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await apiHarness();
});
afterAll(() => api.close());

const recruiter = () => api.as('recruiter');

async function heldFlow(name: string) {
  const templateId = await template(api, `${name}, thanks`);
  const flow = (await recruiter().post('/api/flows', { name })).body.id as string;
  await recruiter().put(`/api/flows/${flow}/draft`, drawn(name, templateId));
  expect((await recruiter().post(`/api/flows/${flow}/publish`, { onHold: true })).status).toBe(200);
  return flow;
}

async function held(flow: string, node = 'thanks'): Promise<string> {
  const address = `${newId()}@example.com`;
  const candidate = (await recruiter().post('/api/candidates', { firstName: 'Ana', email: address })).body.id;
  const id = newId(api.clock.now());
  await api.db
    .insertInto('message')
    .values({
      id,
      candidate_id: candidate,
      flow_id: flow,
      node_id: node,
      token: `token-${id}`,
      from_address: 'hello@tendril.example',
      to_address: address,
      subject: 'Thank you',
      html: '<p>Hi</p>',
      text: 'Hi',
      status: 'held',
      created_at: new Date(api.clock.now()),
    })
    .execute();
  return id;
}

const statusOf = async (id: string) => (await recruiter().get(`/api/messages/${id}`)).body.status;
const shown = async (flow: string) => {
  const { onHold, held: n, state } = (await recruiter().get(`/api/flows/${flow}`)).body;
  return { onHold, held: n, state };
};

test('a flow is published on hold when that is asked for, stays so when it is published again, and is told so', async () => {
  const flow = await heldFlow('On hold');
  expect(await shown(flow)).toEqual({ onHold: true, held: 0, state: 'live' });
  await recruiter().post(`/api/flows/${flow}/publish`, {});
  expect(await shown(flow)).toMatchObject({ onHold: true });
  await recruiter().post(`/api/flows/${flow}/publish`, { onHold: false });
  expect(await shown(flow)).toMatchObject({ onHold: false });
  expect(await shown((await liveFlow(api, 'At once')).flow)).toMatchObject({ onHold: false });
});

test('held messages are let go or discarded singly; what is not held says so', async () => {
  const flow = await heldFlow('Singly');
  const [first, second] = [await held(flow), await held(flow)];
  expect(await shown(flow)).toMatchObject({ held: 2 });
  expect((await recruiter().post(`/api/messages/${first}/release`)).status).toBe(204);
  expect((await recruiter().post(`/api/messages/${second}/discard`)).status).toBe(204);
  expect([await statusOf(first), await statusOf(second)]).toEqual(['queued', 'cancelled']);
  for (const id of [first, second])
    for (const what of ['release', 'discard']) {
      const { status, body } = await recruiter().post(`/api/messages/${id}/${what}`);
      expect([status, body.code]).toEqual([409, 'not-held']);
    }
  expect((await recruiter().post(`/api/messages/${newId()}/release`)).status).toBe(404);
});

test('all of a flow go, or those of one step; the hold ends only when that is said', async () => {
  const flow = await heldFlow('All');
  const other = await heldFlow('Other');
  const messages = [await held(flow), await held(flow, 'later'), await held(other)];
  const post = async (path: string, body = {}) => (await recruiter().post(path, body)).body;
  expect(await post(`/api/flows/${flow}/release`, { nodeId: 'later' })).toEqual({ released: 1 });
  expect(await shown(flow)).toMatchObject({ onHold: true, held: 1 });
  expect(await post(`/api/flows/${flow}/release`, { endHold: true })).toEqual({ released: 1 });
  expect(await shown(flow)).toMatchObject({ onHold: false, held: 0 });
  expect(await post(`/api/flows/${other}/discard`)).toEqual({ discarded: 1 });
  expect(await Promise.all(messages.map(statusOf))).toEqual(['queued', 'queued', 'cancelled']);
  for (const what of ['release', 'discard'])
    expect((await recruiter().post(`/api/flows/${newId()}/${what}`, {})).status).toBe(404);
});
