import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { pendingChanges } from '../../api/pending-changes.ts';
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

test('a stream ends when the key that opened it is revoked', async () => {
  const minted = (await api.as('admin').post('/api/api-keys', { name: 'Wall board', role: 'viewer' })).body;
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const response = await api.app.request(`${origin}/api/live`, {
      headers: { authorization: `Bearer ${minted.key}` },
    });
    const reader = response.body?.getReader();
    if (!reader) throw new Error('There is no stream.');
    await until(reader, (heard) => heard.includes(': listening'));
    vi.advanceTimersByTime(20_000);
    await until(reader, (heard) => heard.includes(': still here'));
    await api.as('admin').delete(`/api/api-keys/${minted.id}`);
    vi.advanceTimersByTime(20_000);
    let last = await reader.read();
    while (!last.done) last = await reader.read();
    expect(last.done).toBe(true);
  } finally {
    vi.useRealTimers();
  }
});

test('asking for the headers alone leaves nobody listening', async () => {
  const heard = vi.spyOn(api.live, 'hear');
  const head = await api.app.request(`${origin}/api/live`, { method: 'HEAD', headers: api.keyOf('viewer') });
  expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
  expect(heard).not.toHaveBeenCalled();
  heard.mockRestore();
});

test('who does not read is not owed more than a page can show: much of a topic becomes all of it', () => {
  const pending = pendingChanges();
  for (let n = 0; n < 3; n++) pending.add({ topic: 'flow', id: 'a-flow' });
  for (let n = 0; n < 100_000; n++) pending.add({ topic: 'candidate', id: `candidate-${n}` });
  pending.add({ topic: 'candidate', id: 'one more' });
  expect(pending.take()).toEqual([
    { topic: 'flow', id: 'a-flow' },
    { topic: 'candidate', id: '*' },
  ]);
  expect([pending.size, pending.take()]).toEqual([0, []]);
});
