/** Talent pools and who is in them. */
import { z } from '@hono/zod-openapi';
import type { Condition } from '../../engine/conditions/condition.ts';
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
    /** Not everyone has been looked at yet. */
    filling: z.boolean(),
    createdAt: instant,
  })
  .openapi('Pool');
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
});
export const poolMemberPage = page(poolMember);
export const membersRequest = z.object({ candidateIds: z.array(id).min(1).max(500) });
export const membersAnswer = z.object({ added: z.number().int() });
export const memberParam = z.object({ id, candidateId: id });
export { pageQuery };
