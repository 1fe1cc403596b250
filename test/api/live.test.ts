import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiHarness, apiHarness, origin } from './harness.ts';

let api: ApiHarness;
beforeAll(async () => {
  api = await apiHarness();
});
afterAll(() => api.close());

/** Reads the stream until it holds what is looked for. */
async function until(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  wanted: (heard: string) => boolean,
): Promise<string> {
  const decoder = new TextDecoder();
  let heard = '';
  while (!wanted(heard)) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The stream ended after: ${heard}`);
    heard += decoder.decode(value, { stream: true });
  }
  return heard;
}

async function listen(topics: string) {
  const abort = new AbortController();
  const response = await api.app.request(`${origin}/api/live?topics=${topics}`, {
    headers: api.keyOf('viewer'),
    signal: abort.signal,
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const reader = response.body?.getReader();
  if (!reader) throw new Error('There is no stream.');
  await until(reader, (heard) => heard.includes(': listening'));
  return { reader, stop: () => reader.cancel() };
}

test('a change that one page makes reaches another, and only what it asked for', async () => {
  const { reader, stop } = await listen('source,flow');
  await api.as('recruiter').post('/api/candidates', { email: 'live@example.com' });
  const { id } = (await api.as('recruiter').post('/api/flows', { name: 'Live' })).body;
  const heard = await until(reader, (text) => text.includes(id));
  expect(heard).toContain(`event: change\ndata: ${JSON.stringify({ topic: 'flow', id })}`);
  expect(heard).not.toContain('"topic":"candidate"');
  await stop();
});

test('nobody listens without an account', async () => {
  expect((await api.nobody.get('/api/live')).status).toBe(401);
});
