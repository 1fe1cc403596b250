/** Server-sent events: something changed, read it again. */
import { z } from '@hono/zod-openapi';

export const liveTopics = ['candidate', 'flow', 'enrolment', 'message', 'source', 'task', 'notice'] as const;
export const liveTopic = z.enum(liveTopics);
/** The data of `event: change`. */
export const liveChange = z.object({ topic: liveTopic, id: z.string() });
export type LiveChange = z.infer<typeof liveChange>;
/** Topics with commas; none: all of them. */
export const liveQuery = z.object({ topics: z.string().max(200).optional() });

export const health = z.object({
  status: z.enum(['ok', 'failing']),
  parts: z.record(z.string(), z.enum(['ok', 'failing'])),
});
