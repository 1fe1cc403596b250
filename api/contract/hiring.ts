/** Jobs, pipelines and applications. */
import { z } from '@hono/zod-openapi';
import { id, instant, named, optionalText, page, pageQuery, text } from './common.ts';

export const stageKind = z.enum(['lead', 'active', 'offer', 'hired', 'archived']);
export const stageSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: stageKind,
  position: z.number().int(),
  targetDays: z.number().int().nullable(),
  /** Active applications that stand here. */
  active: z.number().int(),
});
export const pipelineSchema = z
  .object({ id: z.string(), name: z.string(), stages: z.array(stageSchema) })
  .openapi('Pipeline');
export const pipelineList = z.object({ items: z.array(pipelineSchema), nextCursor: z.null() });
export const newPipeline = z.object({
  name: text(200),
  stages: z
    .array(
      z.object({ name: text(100), kind: stageKind, targetDays: z.number().int().min(1).max(365).nullish() }),
    )
    .min(1, 'needs at least one stage')
    .max(50),
});

export const jobSchema = z
  .object({
    id: z.string(),
    title: z.string(),
    department: z.string().nullable(),
    location: z.string().nullable(),
    pipeline: named,
    status: z.enum(['open', 'closed']),
    active: z.number().int(),
    createdAt: instant,
  })
  .openapi('Job');
export const jobQuery = pageQuery.extend({ status: z.enum(['open', 'closed']).optional() });
export const jobPage = page(jobSchema);
export const newJob = z.object({
  title: text(300),
  department: optionalText(200),
  location: optionalText(200),
  pipelineId: id.optional(),
});
export const jobChange = z.object({
  title: text(300).optional(),
  status: z.enum(['open', 'closed']).optional(),
});

export const applicationRow = z
  .object({
    id: z.string(),
    candidate: z.object({ id: z.string(), fullName: z.string(), headline: z.string().nullable() }),
    job: z.object({ id: z.string(), title: z.string() }).nullable(),
    pipelineId: z.string(),
    stage: z.object({ id: z.string(), name: z.string(), kind: stageKind }).nullable(),
    stageSince: instant,
    status: z.enum(['active', 'hired', 'rejected', 'withdrawn']),
    source: z.string().nullable(),
    mirroredStage: z.string().nullable(),
    mirroredAt: instant.nullable(),
    appliedAt: instant,
  })
  .openapi('Application');
export const applicationQuery = pageQuery.extend({
  job: id.optional(),
  pipeline: id.optional(),
  stage: id.optional(),
  candidate: id.optional(),
  status: z.enum(['active', 'hired', 'rejected', 'withdrawn']).optional(),
});
export const applicationPage = page(applicationRow);
export const applicationChange = z.object({
  stageId: id.optional(),
  status: z.enum(['active', 'rejected', 'withdrawn']).optional(),
  /** Why it is closed; only said with `status`. */
  reason: optionalText(300),
});
