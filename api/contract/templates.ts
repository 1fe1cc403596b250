/** Message templates: each save is a new version, the old ones stay. */
import { z } from '@hono/zod-openapi';
import { id, instant, page, text } from './common.ts';

export const templateRow = z.object({
  id: z.string(),
  name: z.string(),
  subject: z.string(),
  version: z.number().int(),
  updatedAt: instant,
});
export const templatePage = page(templateRow);
export const templateSchema = templateRow
  .extend({
    body: z.string(),
    versionId: z.string(),
    variables: z.array(z.object({ path: z.string(), fallback: z.string().nullable() })),
    createdAt: instant,
  })
  .openapi('Template');
export const templateBody = z.object({
  name: text(200),
  subject: text(500),
  /** Markdown with Liquid. */
  body: z.string().min(1, 'must not be empty').max(100_000),
});
export const templateSaved = z.object({ id: z.string(), version: z.number().int(), versionId: z.string() });
export const previewRequest = z.object({
  subject: z.string().max(500),
  body: z.string().max(100_000),
  candidateId: id.nullish(),
});
export const previewAnswer = z.object({
  subject: z.string(),
  html: z.string(),
  text: z.string(),
  candidate: z.string(),
});
