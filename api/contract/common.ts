/** Shapes that every resource shares: ids, instants, pages, problem documents. */
import { z } from '@hono/zod-openapi';

/** A UUID (version 7 when it is ours). */
export const id = z.uuid();
/** RFC 3339, UTC. */
export const instant = z.string().openapi({ format: 'date-time' });
const earliest = Date.UTC(1970, 0, 1);
const latest = Date.UTC(2200, 0, 1);
/** RFC 3339 with any offset, within what calendars and the database agree on. */
export const givenInstant = z.iso
  .datetime({ offset: true, error: 'is not a time; write it like 2026-11-23T14:32:00Z' })
  .refine((text) => {
    const at = Date.parse(text);
    return at >= earliest && at < latest;
  }, 'must lie between the years 1970 and 2199');
export const idParam = z.object({ id });
export const created = z.object({ id }).openapi('Created');

/** `limit` rows from `cursor` on; the cursor is opaque. */
export const pageQuery = z.object({
  limit: z.coerce.number<string>().int().min(1).max(200).default(50),
  cursor: z.string().max(400).optional(),
});

export const page = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });

export const named = z.object({ id: z.string(), name: z.string() });

export const roles = ['viewer', 'recruiter', 'admin'] as const;
export const roleSchema = z.enum(roles);
export type Role = z.infer<typeof roleSchema>;

/** Trimmed text that is not empty. */
export const text = (max: number) => z.string().trim().min(1, 'must not be empty').max(max);
/** Trimmed text; empty counts as none. */
export const optionalText = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .nullish()
    .transform((given) => given || null);

/** Trimmed text in a change: null or empty clears it, absent leaves it. */
export const clearable = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .nullable()
    .transform((given) => given || null)
    .optional();

/** RFC 9457. `code` is stable; `detail` is a sentence for a recruiter. */
export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    code: z.string(),
    detail: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .loose()
  .openapi('Problem');
export type ProblemDocument = z.infer<typeof problemSchema>;

/** One reason of a step, as the flow's own words put it. */
export const reasonSchema = z.object({ mark: z.enum(['yes', 'no', 'note']), text: z.string() });
