/** Demo data: whether the workspace can be, is being, or was filled. */
import { z } from '@hono/zod-openapi';

/** No settings: there is one demo. */
export const demoRequest = z.strictObject({});
export const demoStarted = z.object({ started: z.literal(true) });
export const demoState = z
  .object({
    /** `filled`: the workspace has content, whoever put it there. */
    state: z.enum(['empty', 'running', 'filled', 'failed']),
    /** A sentence: how far it is, what was made, or why it failed. */
    message: z.string(),
  })
  .openapi('DemoState');
