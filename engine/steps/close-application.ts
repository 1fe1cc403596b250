/** Pure: the step that rejects or withdraws the application. */
import { z } from 'zod';
import { defineStep } from './step.ts';

export const closeApplication = defineStep({
  type: 'close-application',
  family: 'action',
  label: 'Close application',
  about: 'Rejects or withdraws the application, with a reason. It writes nothing to the candidate.',
  icon: 'circle-x',
  schema: z.object({
    as: z.enum(['rejected', 'withdrawn']),
    reason: z.string().trim().min(1).max(300),
  }),
  fields: {
    as: {
      kind: 'choice',
      label: 'How',
      options: [
        { value: 'rejected', label: 'We reject it' },
        { value: 'withdrawn', label: 'The candidate withdraws' },
      ],
    },
    reason: { kind: 'text', label: 'Reason', placeholder: 'Position filled' },
  },
  initial: { as: 'rejected' },
  summary: ({ as, reason }) => `${as === 'rejected' ? 'Reject' : 'Withdraw'}: ${reason}`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  needsApplication: () => true,
  compile: ({ as, reason }, to) => ({
    op: 'effect',
    effect: 'application.close',
    input: { as, reason },
    next: to.next ?? '',
  }),
});
