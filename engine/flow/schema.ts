/** Pure: the shape of a flow as the editor saves it (Svelte Flow's own JSON). No meaning, only shape. */
import { z } from 'zod';
import { conditionSchema } from '../conditions/condition.ts';
import { flowContactSchema } from '../contact/settings.ts';
import { scenarioSchema } from '../scenarios/scenario.ts';
import { durationSchema } from '../time/duration.ts';

export const nodeSchema = z.object({
  // The one name that is no key of a plain object like any other.
  id: z
    .string()
    .min(1)
    .max(64)
    .refine((id) => id !== '__proto__', 'cannot be used'),
  type: z.string().min(1).max(64),
  position: z.object({ x: z.number(), y: z.number() }),
  /** Checked against the step's own schema by the validator, so that a half-filled draft can be saved. */
  data: z.record(z.string(), z.unknown()).default({}),
});

export const edgeSchema = z.object({
  id: z.string().min(1).max(128),
  source: z.string().min(1),
  /** The port of the source node. */
  sourceHandle: z.string().min(1),
  target: z.string().min(1),
});

export const reentrySchema = z.enum(['once', 'after-exit', 'always']);

/** Whom the flow takes for the same: “once” and “not twice at a time” are asked of a candidate, or of each application or job. */
export const entryKeySchema = z.enum(['candidate', 'application', 'job']);

/** What the flow is for: one of `events` (and `when`, if given) within `window` of entering. */
export const goalSchema = z.object({
  events: z.array(z.string().min(1)).min(1),
  when: conditionSchema.optional(),
  window: durationSchema,
  /** Leave the flow when the goal is reached. */
  exit: z.boolean().default(true),
});

/** A flow pauses itself when too much of what it does goes wrong: `share` percent within an hour, of at least `least`. */
export const breakerSchema = z.object({
  share: z.int().min(1).max(100),
  least: z.int().min(1).max(100_000),
});

/** What becomes of a wait that a pause of the flow fell into; what each means is said in `engine/run/pauses.ts`. */
export const onResumeSchema = z.discriminatedUnion('policy', [
  z.object({ policy: z.literal('late') }),
  z.object({ policy: z.literal('reanchor') }),
  z.object({ policy: z.literal('skip'), after: durationSchema }),
]);

export const settingsSchema = z.object({
  reentry: reentrySchema.default('after-exit'),
  /** Not again before this long after the last time was over (while it still runs: after it began). */
  cooldown: durationSchema.optional(),
  /** Absent: the candidate. */
  entryKey: entryKeySchema.optional(),
  /** So many are in the flow at the same time; whoever comes then is not taken in. */
  maxOpen: z.int().min(1).max(10_000_000).optional(),
  /** Event types that end the enrolment at once. */
  exitOn: z.array(z.string().min(1)).default(['candidate.hired', 'message.unsubscribed']),
  /** Ends the enrolment once it holds: asked at every event of the candidate, and whenever the run looks again. */
  exitWhen: conditionSchema.optional(),
  goal: goalSchema.optional(),
  contact: flowContactSchema.optional(),
  breaker: breakerSchema.optional(),
  /** Absent: late is better than never. */
  onResume: onResumeSchema.optional(),
});

export const graphSchema = z.object({
  name: z.string().min(1).max(200),
  settings: settingsSchema.default({
    reentry: 'after-exit',
    exitOn: ['candidate.hired', 'message.unsubscribed'],
  }),
  nodes: z.array(nodeSchema).max(2000),
  edges: z.array(edgeSchema).max(8000),
  /** The flow's own tests. No part of its plan. */
  scenarios: z.array(scenarioSchema).max(100).optional(),
});

export type FlowNode = z.infer<typeof nodeSchema>;
export type FlowEdge = z.infer<typeof edgeSchema>;
export type FlowSettings = z.infer<typeof settingsSchema>;
export type OnResume = z.infer<typeof onResumeSchema>;
export type EntryKey = z.infer<typeof entryKeySchema>;
export type Goal = z.infer<typeof goalSchema>;
export type Graph = z.infer<typeof graphSchema>;
export type NodeId = string;
