/** Pure: a scenario, the test that a recruiter writes for a flow: someone, what happens, what is expected. */
import { z } from 'zod';
import { conditionSchema } from '../conditions/condition.ts';
import { durationSchema } from '../time/duration.ts';

/** Counted from the moment the candidate enters; absent: that very moment. */
const since = durationSchema.optional();

/** What is expected of a run. A closed set: `judge.ts` has a judge for each. */
export const expectationSchema = z.discriminatedUnion('that', [
  /** The template is sent, so often (default once), and by then. */
  z.strictObject({
    that: z.literal('sends'),
    templateId: z.string().min(1),
    times: z.number().int().min(1).max(100).optional(),
    by: since,
  }),
  /** No message leaves; or not this one; or none any more after so long. */
  z.strictObject({
    that: z.literal('sends-nothing'),
    templateId: z.string().min(1).optional(),
    after: since,
  }),
  /** The way leads through a step, by a port if one is named. */
  z.strictObject({ that: z.literal('passes'), node: z.string().min(1), port: z.string().min(1).optional() }),
  z.strictObject({ that: z.literal('avoids'), node: z.string().min(1) }),
  /** Where she stands after so long. */
  z.strictObject({ that: z.literal('stands'), node: z.string().min(1), after: durationSchema }),
  /** The run is over; in that manner, and by then, where they are given. */
  z.strictObject({
    that: z.literal('ends'),
    as: z.enum(['ended', 'exited', 'converted']).optional(),
    by: since,
  }),
  /** Something holds of her at the end, or after so long. */
  z.strictObject({ that: z.literal('holds'), when: conditionSchema, after: since }),
]);
export type Expectation = z.infer<typeof expectationSchema>;

/** What may happen to the flow itself, beside what happens to her: it is paused, and goes on. */
export const pausing = ['flow.paused', 'flow.resumed'] as const;
export const isPausing = (type: string): type is (typeof pausing)[number] =>
  (pausing as readonly string[]).includes(type);

const word = z.string().trim().min(1).max(500);

/** What differs from somebody invented. */
export const scenarioCandidateSchema = z.strictObject({
  firstName: word.nullable().optional(),
  lastName: word.nullable().optional(),
  email: word.nullable().optional(),
  phone: word.nullable().optional(),
  headline: word.nullable().optional(),
  company: word.nullable().optional(),
  location: word.nullable().optional(),
  country: word.nullable().optional(),
  timeZone: word.nullable().optional(),
  source: word.nullable().optional(),
  status: z.enum(['active', 'hired', 'do-not-contact']).optional(),
  tags: z.array(word).max(100).optional(),
  /** Pool ids. */
  pools: z.array(word).max(100).optional(),
  custom: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]))
    .optional(),
});

export const scenarioSchema = z.strictObject({
  id: z.string().min(1).max(64),
  name: z.string().trim().min(1).max(200),
  /** The trigger's node by which she enters; absent: the first. */
  trigger: z.string().min(1).optional(),
  /** RFC 3339: when she enters. Absent: Monday 5 January 2026, nine o’clock in her zone. */
  start: z.iso.datetime({ offset: true }).optional(),
  candidate: scenarioCandidateSchema.default({}),
  /** Null: she comes without one. */
  application: z
    .strictObject({
      stage: word.optional(),
      /** For flows that ask for the kind alone, whatever the stages are called. It goes before the stage’s own. */
      stageKind: z.enum(['lead', 'active', 'offer', 'hired', 'archived']).optional(),
      source: word.optional(),
      job: word.optional(),
    })
    .nullable()
    .optional(),
  events: z
    .array(
      z.strictObject({
        after: since,
        type: z.string().min(1).max(100),
        data: z.record(z.string(), z.unknown()).default({}),
      }),
    )
    .max(50)
    .default([]),
  expect: z.array(expectationSchema).min(1).max(50),
});
export type Scenario = z.infer<typeof scenarioSchema>;
