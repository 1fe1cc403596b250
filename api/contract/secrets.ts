/** Secrets that flows use when they call other systems: their names; what they are is shown once or never. */
import { z } from '@hono/zod-openapi';
import { instant, page, text } from './common.ts';

export const secretSchema = z
  .object({ id: z.string(), name: z.string(), createdAt: instant })
  .openapi('Secret');
export const secretPage = page(secretSchema);

/** What can stand in a header. */
const value = z
  .string()
  .min(16, 'is too short; use at least 16 characters')
  .max(500)
  .regex(/^[\x21-\x7e]+$/, 'has characters that cannot be sent; letters, digits and signs can')
  .optional();
/** Absent value: a new signing key is made. */
export const newSecret = z.object({ name: text(100), value });
export const secretChange = z.object({ value });
/** `secret` is shown this once; null: it was brought along. */
export const secretCreated = z.object({ id: z.string(), secret: z.string().nullable() });
export const secretReplaced = z.object({ secret: z.string().nullable() });
