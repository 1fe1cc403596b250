/** Pure: the trigger that fires on a schedule, for a pool or for whoever fits a condition. */
import { z } from 'zod';
import { conditionSchema } from '../conditions/condition.ts';
import { fieldsOf } from '../conditions/reads.ts';
import { defineTrigger } from '../steps/step.ts';
import { isDate } from '../time/date.ts';
import { durationSchema } from '../time/duration.ts';
import { isLocalTime, localDate } from '../time/local.ts';
import { ruleInWords } from '../time/recurrence-words.ts';
import { problemOf } from '../time/rule.ts';
import type { Sweep } from './sweep.ts';

export const schedule = defineTrigger({
  type: 'schedule',
  family: 'trigger',
  label: 'On a schedule',
  about: 'Starts again and again for everyone in a pool, or everyone who fits a condition.',
  icon: 'zap',
  schema: z
    .object({
      rule: z
        .string()
        .min(1)
        .superRefine((rule, context) => {
          const message = problemOf(rule);
          if (message !== null) context.addIssue({ code: 'custom', message });
        }),
      start: z.string().min(1).refine(isDate, 'it is not a date such as 2026-01-31'),
      at: z.string().min(1).refine(isLocalTime, 'it is not a time of day such as 09:00'),
      window: durationSchema.optional(),
      poolId: z.string().min(1).optional(),
      when: conditionSchema
        .refine((when) => !fieldsOf(when).some((field) => field.startsWith('event.')), {
          message: 'a scheduled day has nothing to ask about; ask about the candidate',
        })
        .optional(),
    })
    .refine(({ poolId, when }) => poolId !== undefined || when !== undefined, {
      path: ['poolId'],
      message: 'say for whom: a pool, a condition, or both',
    }),
  fields: {
    rule: { kind: 'recurrence', label: 'Repeats', start: 'start', at: 'at' },
    start: { kind: 'date', label: 'Counted from' },
    at: { kind: 'time', label: 'At', hint: 'On the workspace’s clock.' },
    window: {
      kind: 'duration',
      label: 'Spread over',
      hint: 'Each member enters at her own point of it, the same every time.',
      optional: true,
    },
    poolId: {
      kind: 'pool',
      label: 'Everyone in',
      none: 'No pool',
      hint: 'Without a pool: everyone who matches the condition.',
      optional: true,
    },
    when: {
      kind: 'condition',
      label: 'Everyone who matches',
      hint: 'With a pool: only those of its members.',
      eventless: true,
      optional: true,
    },
  },
  initial: { rule: 'FREQ=WEEKLY;BYDAY=MO', at: '09:00' },
  summary: ({ rule, poolId }, names) =>
    `${ruleInWords(rule)} for ${poolId ? `“${names.pool(poolId) ?? 'a pool that is gone'}”` : 'whoever fits'}`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  givesApplication: false,
  compile: ({ rule, start, at, window, poolId, when }) => {
    const sweep: Sweep = {
      kind: 'schedule',
      rule,
      start,
      at,
      ...(window ? { window } : {}),
      ...(poolId ? { poolId } : {}),
      ...(when ? { who: when } : {}),
    };
    return { event: 'schedule.came', sweep, ...(when ? { when } : {}) };
  },
  example: (_data, { at, timeZone }) => ({ date: localDate(at, timeZone) }),
});
