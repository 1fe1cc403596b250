/** One candidate's way through one flow version, with reasons and what comes next. */
import { z } from '@hono/zod-openapi';
import { instant, reasonSchema } from './common.ts';
import { graphAnswer } from './flows.ts';
import { messageStatus } from './messages.ts';

export const enrolmentStatus = z.enum(['open', 'blocked', 'ended', 'exited', 'converted']);
export const stepRow = z.object({
  nodeId: z.string(),
  visit: z.number().int(),
  outcome: z.enum(['passed', 'skipped', 'failed']),
  port: z.string().nullable(),
  enteredAt: instant,
  leftAt: instant,
  title: z.string(),
  reasons: z.array(reasonSchema),
  message: z.object({ id: z.string(), status: messageStatus, subject: z.string() }).optional(),
});
export const forecastRow = z.object({
  nodeId: z.string(),
  at: instant.nullable(),
  atLatest: instant.nullable(),
  title: z.string(),
  note: z.string(),
  via: z.enum(['time', 'event', 'next']),
  /** When its mail leaves, where that is certain. */
  leavesAt: instant.optional(),
});
export const enrolmentDetail = z
  .object({
    id: z.string(),
    flow: z.object({
      id: z.string(),
      name: z.string(),
      state: z.enum(['draft', 'live', 'paused', 'archived']),
    }),
    version: z.number().int(),
    graph: graphAnswer,
    candidate: z.object({
      id: z.string(),
      fullName: z.string(),
      headline: z.string().nullable(),
      email: z.string().nullable(),
      timeZone: z.string(),
    }),
    applicationId: z.string().nullable(),
    status: enrolmentStatus,
    startedAt: instant,
    endedAt: instant.nullable(),
    endReason: z.string().nullable(),
    goalAt: instant.nullable(),
    current: z
      .object({
        nodeId: z.string(),
        enteredAt: instant,
        wait: z.object({ until: instant, rule: z.string(), event: z.string().nullable() }).nullable(),
        problem: z.object({ code: z.string(), text: z.string() }).nullable(),
      })
      .nullable(),
    steps: z.array(stepRow),
    forecast: z.array(forecastRow),
    /** Time alone makes the flow's own condition for leaving true: when; null: it does not. */
    forecastLeavesAt: instant.nullable(),
    /** What the forecast takes for granted. */
    assumptions: z.array(z.object({ code: z.string(), text: z.string() })),
  })
  .openapi('Enrolment');
export type EnrolmentDetail = z.infer<typeof enrolmentDetail>;
export const enrolmentStatusAnswer = z.object({ status: enrolmentStatus });
