/** Pure: the step that waits for a time of day, on days of the week. */
import { z } from 'zod';
import { isLocalTime, type Weekday } from '../time/local.ts';
import { localRuleInWords } from '../time/rule-words.ts';
import { defineStep } from './step.ts';

const time = z.string().refine(isLocalTime, 'it is not a time of day; write it like 09:00.');
const weekday = z.int().min(1).max(7) as z.ZodType<Weekday>;

export const waitUntil = defineStep({
  type: 'wait-until',
  family: 'wait',
  label: 'Wait until',
  about: 'Waits for a time of day, such as the next weekday at nine, on the candidate’s own clock.',
  icon: 'calendar-clock',
  schema: z
    .object({
      time,
      latest: time.optional(),
      weekdays: z.array(weekday).max(7).optional(),
      skipHolidays: z.boolean().optional(),
    })
    .superRefine(({ time, latest }, context) => {
      if (latest === time)
        context.addIssue({ code: 'custom', path: ['latest'], message: 'it is when these hours begin.' });
    }),
  fields: {
    time: { kind: 'time', label: 'Until' },
    latest: {
      kind: 'time',
      label: 'Or any time before',
      hint: 'Whoever comes between the two goes on at once.',
      optional: true,
    },
    weekdays: { kind: 'weekdays', label: 'On', optional: true },
    skipHolidays: {
      kind: 'toggle',
      label: 'Not on public holidays',
      hint: 'Those of the candidate’s country.',
      optional: true,
    },
  },
  initial: { time: '09:00', weekdays: [1, 2, 3, 4, 5] },
  summary: (data) => `Wait until ${localRuleInWords(data)}`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  compile: ({ time, latest, weekdays, skipHolidays }, to) => ({
    op: 'sleep',
    until: {
      time,
      ...(latest === undefined ? {} : { latest }),
      ...(weekdays && weekdays.length > 0 ? { weekdays } : {}),
      ...(skipHolidays ? { skipHolidays } : {}),
    },
    next: to.next ?? '',
  }),
});
