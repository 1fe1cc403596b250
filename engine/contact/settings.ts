/** Pure: what a workspace, a flow and a step say about contact, and what a message carries of it. */
import { z } from 'zod';
import { type Duration, durationSchema } from '../time/duration.ts';
import { type ContactClass, contactClassSchema } from './classes.ts';
import { type Hours, hoursSchema } from './hours.ts';

/** In any `days` times 24 hours a candidate gets at most so many messages of these classes together. */
export const capSchema = z.object({
  classes: z.array(contactClassSchema).min(1).max(3),
  most: z.int().min(1).max(1000),
  days: z.int().min(1).max(365),
});
export type Cap = z.infer<typeof capSchema>;

const usualCaps: Cap[] = [
  { classes: ['nurture', 'marketing'], most: 2, days: 7 },
  { classes: ['marketing'], most: 1, days: 7 },
];

/** Of the workspace. The hours hold for everything but `process`, unless a flow has its own. */
export const contactSettingsSchema = z.object({
  hours: hoursSchema.nullable().default(null),
  caps: z.array(capSchema).max(10).default(usualCaps),
});
export type ContactSettings = z.infer<typeof contactSettingsSchema>;

/** What was stored; anything else, such as nothing, means the usual. */
export function readContactSettings(stored: unknown): ContactSettings {
  const read = contactSettingsSchema.safeParse(stored ?? {});
  return read.success ? read.data : contactSettingsSchema.parse({});
}

/** Of a flow. Absent: `process`, and no hours of its own. */
export const flowContactSchema = z.object({
  class: contactClassSchema,
  /** Among messages of one class for the same candidate the greater goes first. */
  priority: z.int().min(-100).max(100).optional(),
  hours: hoursSchema.optional(),
});
export type FlowContact = z.infer<typeof flowContactSchema>;

/** What stands in the plan for a step that writes a message. */
export interface StepContact {
  class: ContactClass;
  priority: number;
  /** The flow's own. */
  flowHours?: Hours;
  /** The step's own; both must allow it. */
  stepHours?: Hours;
  /** No hours hold it up. */
  urgent?: boolean;
  /** No longer wanted after so long. Absent: late is better than never. */
  skipAfter?: Duration;
}

export const plainContact: StepContact = { class: 'process', priority: 0 };

/** What a message carries: checked when it is written and again when it leaves. */
export interface MessageContact {
  hours: Hours[];
  timeZone: string;
  /** Milliseconds since 1970: from then on it is not wanted any more. */
  staleAt: number | null;
}

/** What a step may say, as it stands in its data. */
export const stepContactFields = {
  urgent: z.boolean().optional(),
  sendFrom: z.string().optional(),
  sendTo: z.string().optional(),
  sendDays: z.array(z.int().min(1).max(7)).optional(),
  skipAfter: durationSchema.optional(),
};

/** Which hours hold for a message: the step's, and the flow's or else the workspace's. */
export function hoursFor(contact: StepContact, workspace: ContactSettings): Hours[] {
  if (contact.urgent) return [];
  const usual = contact.flowHours ?? (contact.class === 'process' ? null : workspace.hours);
  return [usual, contact.stepHours].filter((each) => each !== null && each !== undefined);
}
