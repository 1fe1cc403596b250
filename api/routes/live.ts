/** `GET /api/live`: server-sent events that say what to read again. */
import { streamSSE } from 'hono/streaming';
import { type LiveChange, liveQuery } from '../contract/live.ts';
import { type Deps, resource } from '../env.ts';
import { route } from '../route.ts';

const heartbeatMs = 20_000;

const live = route({
  method: 'get',
  path: '/api/live',
  role: 'viewer',
  tags: ['Live'],
  summary: 'Changes as they happen (server-sent events)',
  request: { query: liveQuery },
  responses: {
    200: {
      description: 'A stream of `event: change` with `{topic, id}`.',
      content: { 'text/event-stream': {} },
    },
  },
});

export const liveRoutes = ({ live: source }: Deps) =>
  resource().openapi(live, (c) => {
    const { topics } = c.req.valid('query');
    const wanted = topics ? new Set(topics.split(',').map((topic) => topic.trim())) : null;
    c.header('x-accel-buffering', 'no');
    return streamSSE(c, async (stream) => {
      let deaf = () => {};
      const gone = new Promise<void>((resolve) => stream.onAbort(resolve));
      deaf = source.hear((change: LiveChange) => {
        if (wanted && !wanted.has(change.topic)) return;
        void stream.writeSSE({ event: 'change', data: JSON.stringify(change) }).catch(() => {});
      });
      const beat = setInterval(() => void stream.write(': still here\n\n').catch(() => {}), heartbeatMs);
      try {
        // The first bytes open the stream in the browser.
        await stream.write(': listening\n\n');
        await gone;
      } finally {
        clearInterval(beat);
        deaf();
      }
    });
  });
