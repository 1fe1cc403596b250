/** Pure: the step that sends candidates back to an earlier one, but only so many times. */
import { z } from 'zod';
import { defineStep } from './step.ts';

export const repeat = defineStep({
  type: 'repeat',
  family: 'logic',
  label: 'Repeat',
  about: 'Leads back to an earlier step a number of times, then on. There has to be a wait on the way round.',
  icon: 'repeat',
  schema: z.object({
    times: z
      .number()
      .refine(
        (times) => Number.isInteger(times) && times >= 1 && times <= 1000,
        'it has to be a whole number from 1 to 1000',
      ),
  }),
  fields: { times: { kind: 'number', label: 'Back again, at most', least: 1, most: 1000, unit: 'times' } },
  initial: { times: 2 },
  summary: ({ times }) => `Repeat ${times === 1 ? 'once' : times === 2 ? 'twice' : `${times} times`}`,
  ports: () => [
    { id: 'done', label: 'Then', side: 'bottom' },
    { id: 'again', label: 'Again', side: 'right' },
  ],
  leadsBack: 'again',
  compile: ({ times }, to) => ({
    op: 'branch',
    port: 'done',
    cases: [
      {
        port: 'again',
        label: 'Again',
        when: { field: 'run.visit', op: 'at-most', value: times },
        next: to.again ?? '',
      },
    ],
    else: to.done ?? '',
  }),
});
