/** Webhook sources: where applications come from, and what they sent lately. */
import { z } from '@hono/zod-openapi';
import { isPath, mappingKeys } from '../../engine/sources/mapping.ts';
import { instant, page, text } from './common.ts';

export const sourceKind = z.enum(['greenhouse', 'generic']);
/** For a generic source: the path of each field that stands elsewhere than `defaultMapping` says. */
export const mappingSchema = z.partialRecord(
  z.enum(mappingKeys),
  z.string().trim().refine(isPath, 'is not a path; write it like $.candidate.email'),
);
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
export const newSource = z.object({ kind: sourceKind, name: text(200), mapping: mappingSchema.optional() });
export const sourceChange = z.object({ name: text(200).optional(), mapping: mappingSchema.optional() });
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
export const sourceDetail = sourceSchema.extend({
  /** A generic source's paths, its own and the usual ones; null: this kind's fields are known. */
  mapping: z.record(z.string(), z.string()).nullable(),
  requests: z.array(inboundRow),
});

export const hookAnswer = z.object({ eventId: z.string() });
