/** Webhook sources: where applications come from, and what they sent lately. */
import { z } from '@hono/zod-openapi';
import { instant, page, text } from './common.ts';

export const sourceKind = z.enum(['greenhouse', 'generic']);
export const sourceSchema = z
  .object({
    id: z.string(),
    key: z.string(),
    kind: sourceKind,
    name: z.string(),
    /** Where the source posts to. */
    url: z.string(),
    createdAt: instant,
    lastReceivedAt: instant.nullable(),
    received: z.number().int(),
  })
  .openapi('Source');
export const sourcePage = page(sourceSchema);
export const newSource = z.object({ kind: sourceKind, name: text(200) });
/** `secret` is shown this once. */
export const sourceCreated = z.object({
  id: z.string(),
  key: z.string(),
  secret: z.string(),
  url: z.string(),
});
export const sourceSecret = z.object({ secret: z.string() });

export const inboundRow = z.object({
  id: z.string(),
  at: instant,
  /** `refused`: not accepted, see `reason`. */
  status: z.enum(['new', 'done', 'ignored', 'dead', 'refused']),
  /** What became of it or why it was refused, as a sentence. */
  reason: z.string().nullable(),
  /** What the sender calls the event, if it says. */
  action: z.string().nullable(),
  candidate: z.object({ id: z.string(), fullName: z.string() }).nullable(),
});
export const sourceDetail = sourceSchema.extend({ requests: z.array(inboundRow) });

export const hookAnswer = z.object({ eventId: z.string() });
