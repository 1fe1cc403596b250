/** Pure: the step where candidates leave the flow before its end, with a reason of one’s own. */
import { z } from 'zod';
import { defineStep } from './step.ts';

export const exit = defineStep({
  type: 'exit',
  family: 'end',
  label: 'Exit',
  about: 'The candidate leaves the flow early, for a reason of your own.',
  icon: 'log-out',
  schema: z.object({ reason: z.string().trim().min(1).max(200) }),
  fields: { reason: { kind: 'text', label: 'Why', placeholder: 'Not interested' } },
  initial: {},
  summary: ({ reason }) => `Leave: ${reason}`,
  ports: () => [],
  compile: ({ reason }) => ({ op: 'end', left: reason }),
});
