/** Flows as files: the gallery, taking one in with what it needs, and giving one away. */
import { z } from '@hono/zod-openapi';
import { referenceKinds } from '../../engine/flow/portable.ts';
import { takes } from '../../engine/flow/taking.ts';
import { text } from './common.ts';
import { graph, graphAnswer } from './flows.ts';
import { templateBody } from './templates.ts';

const kind = z.enum(referenceKinds);

export const gallery = z.object({
  items: z.array(
    z.object({
      slug: z.string(),
      about: z.string(),
      /** Names stand where a workspace has ids. */
      graph: graphAnswer,
      templates: z.array(z.object({ name: z.string(), subject: z.string(), body: z.string() })),
    }),
  ),
});

export const flowFileAnswer = z.object({
  graph: graphAnswer,
  templates: z.array(z.object({ name: z.string(), subject: z.string(), body: z.string() })),
  /** What keeps its id: it is gone, or others have its name, too. */
  unresolved: z.array(z.object({ kind, name: z.string(), found: z.number().int() })),
});

/** A file as it is given: names in the graph, and the texts of templates that it brings along. */
export const givenFile = z.object({ graph, templates: z.array(templateBody).max(200).default([]) });
export const fileNeeds = z.object({
  needs: z.array(
    z.object({
      kind,
      name: z.string(),
      found: z.array(z.object({ id: z.string(), name: z.string() })),
      canMake: z.boolean(),
    }),
  ),
});
export const takeRequest = givenFile.extend({
  choices: z
    .array(
      z.object({
        kind,
        name: z.string().min(1).max(1000),
        take: z.enum(takes),
        id: z.string().max(100).optional(),
      }),
    )
    .max(1000)
    .default([]),
});
export const duplicateRequest = z.object({ name: text(200) });
