/** A small flow, drawn, with its template, and published. */
import { expect } from 'vitest';
import type { ApiHarness } from './harness.ts';

export async function template(api: ApiHarness, name: string): Promise<string> {
  const { status, body } = await api.as('recruiter').post('/api/templates', {
    name,
    subject: 'Thank you, {{ candidate.firstName | default: "there" }}',
    body: 'We have **read** your application.',
  });
  expect(status, JSON.stringify(body)).toBe(201);
  return body.id;
}

export const drawn = (name: string, templateId: string) => ({
  name,
  settings: {
    reentry: 'after-exit',
    exitOn: ['candidate.hired'],
    goal: { events: ['message.replied'], window: 'P30D', exit: true },
  },
  nodes: [
    { id: 'start', type: 'manual', position: { x: 0, y: 0 }, data: {} },
    { id: 'thanks', type: 'send-email', position: { x: 0, y: 100 }, data: { templateId } },
    { id: 'breathe', type: 'wait', position: { x: 0, y: 200 }, data: { for: 'P3D' } },
    { id: 'tag', type: 'add-tag', position: { x: 0, y: 300 }, data: { tag: 'warm' } },
    { id: 'done', type: 'end', position: { x: 0, y: 400 }, data: {} },
  ],
  edges: [
    { id: 'e1', source: 'start', sourceHandle: 'next', target: 'thanks' },
    { id: 'e2', source: 'thanks', sourceHandle: 'next', target: 'breathe' },
    { id: 'e3', source: 'breathe', sourceHandle: 'next', target: 'tag' },
    { id: 'e4', source: 'tag', sourceHandle: 'next', target: 'done' },
  ],
});

export async function liveFlow(api: ApiHarness, name: string) {
  const templateId = await template(api, `${name}, thanks`);
  const flow = (await api.as('recruiter').post('/api/flows', { name })).body.id;
  expect((await api.as('recruiter').put(`/api/flows/${flow}/draft`, drawn(name, templateId))).status).toBe(
    200,
  );
  const published = await api.as('recruiter').post(`/api/flows/${flow}/publish`, {});
  expect(published.status, JSON.stringify(published.body)).toBe(200);
  return { flow, templateId, ...published.body } as {
    flow: string;
    templateId: string;
    versionId: string;
    number: number;
  };
}
