/** `GET /api/live`: server-sent events that say what to read again. */
import { z } from '@hono/zod-openapi';
import { streamSSE } from 'hono/streaming';
import { liveQuery } from '../contract/live.ts';
import { type Deps, resource } from '../env.ts';
import { pendingChanges } from '../pending-changes.ts';
import { route } from '../route.ts';

const heartbeatMs = 20_000;

const live = route({
  method: 'get',
  path: '/api/live',
  role: 'viewer',
  tags: ['Live'],
  summary: 'Changes as they happen (server-sent events)',
  description:
    'Each `event: change` says what to read again; `id: "*"` means everything of that topic. Nothing is replayed (`Last-Event-ID` means nothing here): after every connection, the first and each later one, read again what you show. The stream ends when the session or key does.',
  request: { query: liveQuery },
  responses: {
    200: {
      description: 'A stream of `event: change` with `{topic, id}`.',
      content: { 'text/event-stream': { schema: z.string() } },
    },
  },
});

export const liveRoutes = ({ live: source, accounts }: Deps) =>
  resource().openapi(live, (c) => {
    const { topics } = c.req.valid('query');
    const wanted = topics ? new Set(topics.split(',').map((topic) => topic.trim())) : null;
    c.header('x-accel-buffering', 'no');
    // Nobody reads the answer to HEAD, so a stream would never learn that it is over.
    if (c.req.raw.method === 'HEAD') return c.body(null, 200, { 'content-type': 'text/event-stream' });
    return streamSSE(c, async (stream) => {
      const pending = pendingChanges();
      let wake = () => {};
      const deaf = source.hear((change) => {
        if (wanted && !wanted.has(change.topic)) return;
        pending.add(change);
        wake();
      });
      let due = false;
      const beat = setInterval(() => {
        due = true;
        wake();
      }, heartbeatMs);
      stream.onAbort(() => wake());
      try {
        // The first bytes open the stream in the browser.
        await stream.write(': listening\n\n');
        while (!stream.aborted) {
          // Each write waits until the reader has room; meanwhile changes gather, at most so many.
          for (const change of pending.take())
            await stream.writeSSE({ event: 'change', data: JSON.stringify(change) });
          if (due) {
            due = false;
            if ((await accounts.actorOf(c.req.raw.headers)) === null) break;
            await stream.write(': still here\n\n');
          }
          if (pending.size > 0 || due || stream.aborted) continue;
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      } finally {
        clearInterval(beat);
        deaf();
      }
    });
  });
