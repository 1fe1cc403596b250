/** Talent pools and who is in them. */
import { z } from '@hono/zod-openapi';
import { id, instant, page, pageQuery, text } from './common.ts';

export const poolSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    members: z.number().int(),
    createdAt: instant,
  })
  .openapi('Pool');
export const poolPage = page(poolSchema);
export const newPool = z.object({ name: text(200), description: z.string().trim().max(2000).default('') });
export const poolMember = z.object({
  id: z.string(),
  fullName: z.string(),
  headline: z.string().nullable(),
  company: z.string().nullable(),
  email: z.string().nullable(),
  tags: z.array(z.string()),
  joinedAt: instant,
  by: z.object({ kind: z.enum(['person', 'flow', 'source']), name: z.string().nullable() }),
});
export const poolMemberPage = page(poolMember);
export const membersRequest = z.object({ candidateIds: z.array(id).min(1).max(500) });
export const membersAnswer = z.object({ added: z.number().int() });
export const memberParam = z.object({ id, candidateId: id });
export { pageQuery };
