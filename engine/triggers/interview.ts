/** Pure: the trigger that fires when an interview is booked, cancelled or done. */
import { z } from 'zod';
import { conditionSchema } from '../conditions/condition.ts';
import { defineTrigger } from '../steps/step.ts';

const words = {
  booked: 'An interview is booked',
  cancelled: 'An interview is cancelled',
  done: 'An interview is over',
} as const;

export const interview = defineTrigger({
  type: 'interview',
  family: 'trigger',
  label: 'Interview',
  about: 'Starts when an interview is booked, cancelled or over.',
  icon: 'zap',
  schema: z.object({ what: z.enum(['booked', 'cancelled', 'done']), when: conditionSchema.optional() }),
  fields: {
    what: {
      kind: 'choice',
      label: 'What happens',
      options: [
        { value: 'booked', label: 'Booked' },
        { value: 'cancelled', label: 'Cancelled' },
        { value: 'done', label: 'Over' },
      ],
    },
    when: { kind: 'condition', label: 'Only if', optional: true },
  },
  initial: { what: 'booked' },
  summary: ({ what }) => words[what],
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  givesApplication: 'sometimes',
  compile: ({ what, when }) => ({ event: `interview.${what}`, ...(when ? { when } : {}) }),
  example: () => ({}),
});
