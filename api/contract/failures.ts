/** What was put aside and waits for a person. */
import { z } from '@hono/zod-openapi';
import { id, instant } from './common.ts';

const kind = z.enum(['event', 'request', 'due', 'notice']);

export const failuresAnswer = z
  .object({
    items: z.array(
      z.object({
        kind,
        id: z.string(),
        /** In words: what it was about. */
        title: z.string(),
        reason: z.string(),
        at: instant,
        candidate: z.object({ id: z.string(), fullName: z.string() }).nullable(),
        source: z.object({ id: z.string(), name: z.string() }).nullable(),
      }),
    ),
    /** The mail provider takes nothing at present. */
    provider: z.object({ reason: z.string(), until: instant }).nullable(),
  })
  .openapi('Failures');
export const failureParam = z.object({ kind, id });
