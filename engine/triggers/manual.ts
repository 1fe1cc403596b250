/** Pure: the trigger for candidates whom a recruiter adds. */
import { z } from 'zod';
import { defineTrigger } from '../steps/step.ts';

export const manual = defineTrigger({
  type: 'manual',
  family: 'trigger',
  label: 'Added by hand',
  about: 'Starts when a recruiter adds someone.',
  icon: 'hand',
  schema: z.object({}),
  fields: {},
  initial: {},
  summary: () => 'Added by hand',
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  givesApplication: 'sometimes',
  compile: () => ({ event: null }),
  example: () => ({}),
});
