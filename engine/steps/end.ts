/** Pure: the step where the way through the flow is over. */
import { z } from 'zod';
import { defineStep } from './step.ts';

export const end = defineStep({
  type: 'end',
  family: 'end',
  label: 'End',
  about: 'The candidate leaves the flow.',
  icon: 'flag',
  schema: z.object({}),
  fields: {},
  initial: {},
  summary: () => 'End',
  ports: () => [],
  compile: () => ({ op: 'end' }),
});
