/** Pure: what a workspace, a flow and a step say about contact, and what a message carries of it. */
import { z } from 'zod';
import { type Duration, durationSchema } from '../time/duration.ts';
import type { Country } from '../time/holidays.ts';
import { type ContactClass, contactClassSchema } from './classes.ts';
import { type AnyHours, type Hours, hoursSchema, weekSchema } from './hours.ts';

const wholeNumber = (most: number) =>
  z.int('must be a whole number').min(1, 'must be at least 1').max(most, `must be at most ${most}`);

/** In any `days` times 24 hours a candidate gets at most so many messages of these classes together. */
export const capSchema = z.object({
  classes: z.array(contactClassSchema).min(1, 'needs at least one kind of mail').max(3),
  most: wholeNumber(1000),
  days: wholeNumber(365),
});
export type Cap = z.infer<typeof capSchema>;

/** Before weeks were known, a workspace had the same hours on each of its days. */
const isOne = (hours: unknown): boolean =>
  typeof hours === 'object' && hours !== null && !Array.isArray(hours);

const usualCaps: Cap[] = [
  { classes: ['nurture', 'marketing'], most: 2, days: 7 },
  { classes: ['marketing'], most: 1, days: 7 },
];

/** Of the workspace. The hours hold for everything but `process`, unless a flow has its own. */
export const contactSettingsSchema = z.object({
  /** Null: at any time. */
  hours: z.preprocess((hours) => (isOne(hours) ? [hours] : hours), weekSchema.nullable()).default(null),
  /** Whatever has hours to keep, or is not `process`, does not leave on public holidays of the candidate's country. */
  skipHolidays: z.boolean().default(false),
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
  hours: AnyHours[];
  timeZone: string;
  /** Not on public holidays of the country where she lives when it is asked. Absent: on any day. */
  skipHolidays?: boolean;
  /** Where she lived when it was written; absent: unknown. */
  country?: Country | null;
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
export function hoursFor(
  contact: StepContact,
  workspace: ContactSettings,
): Required<Pick<MessageContact, 'hours' | 'skipHolidays'>> {
  if (contact.urgent) return { hours: [], skipHolidays: false };
  const isProcess = contact.class === 'process';
  const usual = contact.flowHours ?? (isProcess ? null : workspace.hours);
  const hours = [usual, contact.stepHours].filter((each) => each !== null && each !== undefined);
  return { hours, skipHolidays: workspace.skipHolidays && (!isProcess || hours.length > 0) };
}

/**
 * What a message keeps to by what holds now, though it was written when something else did. `contact`: what its step says;
 * null: nothing, and what the message carries stays.
 */
export const asOfNow = <C extends MessageContact>(
  carried: C,
  contact: StepContact | null,
  workspace: ContactSettings,
): C => (contact ? { ...carried, ...hoursFor(contact, workspace) } : carried);

/** The country whose public holidays keep it back; null: none do. */
export const holidaysFor = ({ skipHolidays, country }: MessageContact): Country | null =>
  skipHolidays ? (country ?? null) : null;
