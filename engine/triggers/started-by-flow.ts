/** Pure: the trigger for candidates whom another flow sends here. */
import { z } from 'zod';
import { defineTrigger } from '../steps/step.ts';

export const startedByFlow = defineTrigger({
  type: 'started-by-flow',
  family: 'trigger',
  label: 'Started by another flow',
  about: 'Starts when another flow sends someone here.',
  icon: 'hand',
  schema: z.object({}),
  fields: {},
  initial: {},
  summary: () => 'Another flow starts this one',
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  givesApplication: 'sometimes',
  compile: () => ({ event: null, by: 'flow' }),
  example: () => ({}),
});
