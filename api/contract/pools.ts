/** Talent pools and who is in them. */
import { z } from '@hono/zod-openapi';
import type { Condition } from '../../engine/conditions/condition.ts';
import { totalSchema } from './candidates.ts';
import { id, instant, page, pageQuery, text } from './common.ts';
import { conditionBody } from './matching.ts';

export const poolSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    members: z.number().int(),
    /** Null: its members are chosen by hand. */
    condition: z.custom<Condition | null>().openapi({ type: ['object', 'null'] }),
    /** The condition as a sentence. */
    says: z.string().nullable(),
    /** Not everyone has been looked at yet. */
    filling: z.boolean(),
    /** While it is being filled: how many were looked at, of about how many (null: not counted yet). */
    progress: z.object({ looked: z.number().int(), of: z.number().int().nullable() }).nullable(),
    createdAt: instant,
    /** Null: in use. In the archive nobody joins or leaves. */
    archivedAt: instant.nullable(),
  })
  .openapi('Pool');
export type Pool = z.infer<typeof poolSchema>;
export const poolPage = page(poolSchema);
const description = z.string().trim().max(2000);
export const newPool = z.object({
  name: text(200),
  description: description.default(''),
  condition: conditionBody.nullable().default(null),
});
export const poolChange = z.object({
  name: text(200).optional(),
  description: description.optional(),
  condition: conditionBody.nullable().optional(),
  archived: z.boolean().optional(),
});
export const poolListQuery = pageQuery.extend({
  /** Those in the archive instead of those in use. */
  archived: z
    .enum(['true', 'false'])
    .default('false')
    .transform((given) => given === 'true'),
});
export const poolFlows = z.object({
  items: z.array(z.object({ id: z.string(), name: z.string(), state: z.enum(['live', 'paused']) })),
});
export const poolMember = z.object({
  id: z.string(),
  fullName: z.string(),
  headline: z.string().nullable(),
  company: z.string().nullable(),
  email: z.string().nullable(),
  tags: z.array(z.string()),
  joinedAt: instant,
  by: z.object({ kind: z.enum(['person', 'flow', 'source', 'system']), name: z.string().nullable() }),
  /** Where a condition chooses: what of it holds for her at this moment, as sentences; null: by hand. */
  because: z.array(z.string()).nullable(),
});
export const poolMemberPage = page(poolMember);
export const poolPreviewRequest = z.object({ condition: conditionBody.nullable() });
const movers = totalSchema.extend({
  /** A few of them. */
  some: z.array(z.object({ id: z.string(), fullName: z.string() })),
});
export const poolPreview = z.object({
  joins: movers,
  leaves: movers,
  /** Flows that start for whoever joins, or leaves; not everyone may enter each. */
  starts: z.array(z.object({ flowId: z.string(), name: z.string(), on: z.enum(['joined', 'left']) })),
});
export type PoolPreview = z.infer<typeof poolPreview>;
export const membersRequest = z.object({ candidateIds: z.array(id).min(1).max(500) });
export const membersAnswer = z.object({ added: z.number().int() });
export const memberParam = z.object({ id, candidateId: id });
export { pageQuery };
