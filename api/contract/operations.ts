/** What is done to many at once: moves to another version, repairs, enrolments. */
import { z } from '@hono/zod-openapi';
import { id, instant, page, pageQuery } from './common.ts';

const nodeId = z.string().min(1).max(64);

/** Those who stand on `node` of `version` go to the step `to` of the new version; null: they leave the flow. */
export const inFlightChoice = z
  .object({ version: z.number().int().min(1), node: nodeId, to: nodeId.nullable() })
  .openapi('InFlightChoice');
export const inFlightChoices = z.array(inFlightChoice).max(5000);

export const previewRequest = z.object({ inFlight: inFlightChoices.optional() });
export const publishPreview = z
  .object({
    rows: z.array(
      z.object({
        version: z.number().int(),
        node: z.string(),
        title: z.string(),
        open: z.number().int(),
        blocked: z.number().int(),
        change: z.enum(['same', 'changed', 'gone']),
        /** The labels of what is set otherwise. */
        fields: z.array(z.string()),
        /** The step of the draft that stands for it; null: none can be told. */
        proposed: z.string().nullable(),
        /** The one that `becomes` speaks of. */
        to: z.string().nullable(),
        /** What their wait becomes there, as a sentence. */
        becomes: z.string().nullable(),
        /** What goes on without them if they leave the step, as a sentence; null: nothing does. */
        behind: z.string().nullable(),
      }),
    ),
    /** Where one can be moved to. */
    steps: z.array(z.object({ node: z.string(), title: z.string() })),
  })
  .openapi('PublishPreview');

export const repairAction = z.enum(['retry', 'skip', 'move', 'exit']);
const status = z.enum(['open', 'blocked']);
export const repairRequest = z
  .object({
    action: repairAction,
    /** For `move`: the step, of the version that each is in. */
    node: nodeId.optional(),
    /** These runs… */
    ids: z.array(id).min(1).max(10_000).optional(),
    /** …or all that are on their way and like this. */
    filter: z
      .object({
        status: status.optional(),
        node: nodeId.optional(),
        version: z.number().int().min(1).optional(),
      })
      .optional(),
  })
  .superRefine(({ action, node, ids, filter }, context) => {
    if (action === 'move' && node === undefined)
      context.addIssue({ code: 'custom', path: ['node'], message: 'says where to move to' });
    if ((ids === undefined) === (filter === undefined))
      context.addIssue({ code: 'custom', path: ['ids'], message: 'or filter says whom: one of the two' });
  });
export const repairOneRequest = z
  .object({ action: z.enum(['skip', 'move']), node: nodeId.optional() })
  .superRefine(({ action, node }, context) => {
    if (action === 'move' && node === undefined)
      context.addIssue({ code: 'custom', path: ['node'], message: 'says where to move to' });
  });
export const begun = z.object({ operationId: z.string(), total: z.number().int() });

export const operationRow = z
  .object({
    id: z.string(),
    kind: z.enum(['move', 'undo', 'repair', 'enrol']),
    /** What is being done, as a sentence. */
    text: z.string(),
    state: z.enum(['running', 'done', 'cancelled']),
    total: z.number().int(),
    changed: z.number().int(),
    leftOut: z.number().int(),
    by: z.string().nullable(),
    /** A move whose people can be brought back. */
    undoable: z.boolean(),
    createdAt: instant,
    finishedAt: instant.nullable(),
  })
  .openapi('Operation');
export type OperationRow = z.infer<typeof operationRow>;
export const operationPage = page(operationRow);
export const operationQuery = pageQuery;
export const leftOutPage = page(
  z.object({
    ref: z.string(),
    candidate: z.object({ id: z.string(), fullName: z.string() }),
    code: z.string(),
    /** Why, as a sentence. */
    text: z.string(),
  }),
);
