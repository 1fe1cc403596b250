/** Pure: the step that lets time pass. */
import { z } from 'zod';
import { durationSchema } from '../time/duration.ts';
import { workingDaysIn } from '../time/windows.ts';
import { durationInWords, workingInWords } from '../time/words.ts';
import { defineStep } from './step.ts';

export const wait = defineStep({
  type: 'wait',
  family: 'wait',
  label: 'Wait',
  about: 'Lets time pass, counted on the candidate’s own clock.',
  icon: 'clock',
  schema: z
    .object({
      for: durationSchema,
      count: z.enum(['all', 'working']).optional(),
      skipHolidays: z.boolean().optional(),
    })
    .superRefine((data, context) => {
      if (data.count === 'working' && workingDaysIn(data.for) === null)
        context.addIssue({
          code: 'custom',
          path: ['count'],
          message: 'only whole days and weeks can be counted in working days.',
        });
    }),
  fields: {
    for: { kind: 'duration', label: 'Wait for' },
    count: {
      kind: 'choice',
      label: 'Which days count',
      optional: true,
      options: [
        { value: 'all', label: 'Every day' },
        { value: 'working', label: 'Working days' },
      ],
    },
    skipHolidays: {
      kind: 'toggle',
      label: 'Public holidays do not count',
      hint: 'Those of the candidate’s country; only where working days are counted.',
      optional: true,
    },
  },
  initial: { for: 'P3D' },
  summary: ({ for: length, count }) =>
    count === 'working' ? `Wait ${workingInWords(length)}` : `Wait ${durationInWords(length)}`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  compile: ({ for: length, count, skipHolidays = false }, to) => ({
    op: 'sleep',
    for: length,
    ...(count === 'working' ? { working: { skipHolidays } } : {}),
    next: to.next ?? '',
  }),
});
