/** Pure: the trigger that fires by an event of another house. */
import { z } from 'zod';
import { conditionSchema } from '../conditions/condition.ts';
import { customName } from '../events.ts';
import { defineTrigger } from '../steps/step.ts';

export const customEvent = defineTrigger({
  type: 'custom-event',
  family: 'trigger',
  label: 'Event of another system',
  about: 'Starts when another system tells of something.',
  icon: 'zap',
  schema: z.object({
    name: z
      .string()
      .min(1)
      .regex(customName, 'use small letters, digits, dots and dashes, such as “event-attended”'),
    when: conditionSchema.optional(),
  }),
  fields: {
    name: { kind: 'text', label: 'Name of the event', placeholder: 'event-attended' },
    when: { kind: 'condition', label: 'Only if', optional: true },
  },
  initial: {},
  summary: ({ name }) => `“${name}” happens`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  givesApplication: 'sometimes',
  compile: ({ name, when }) => ({ event: `custom.${name}`, ...(when ? { when } : {}) }),
  example: () => ({}),
});
