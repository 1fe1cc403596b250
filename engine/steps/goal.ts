/** Pure: the step that candidates jump to from wherever they are, once something happens. */
import { z } from 'zod';
import { conditionSchema } from '../conditions/condition.ts';
import { eventWords } from '../events/words.ts';
import { defineStep } from './step.ts';

export const goal = defineStep({
  type: 'goal',
  family: 'logic',
  label: 'Goal',
  about:
    'Candidates jump here from wherever they are when it happens, once. Who comes here step by step passes through.',
  icon: 'target',
  schema: z.object({ event: z.string().min(1), when: conditionSchema.optional() }),
  fields: {
    event: {
      kind: 'event',
      label: 'When this happens',
      hint: 'Replies, clicks and the like count for mails of this flow.',
    },
    when: { kind: 'condition', label: 'Only if', optional: true },
  },
  initial: { event: 'message.replied' },
  summary: ({ event }) => `Goal: ${eventWords(event).noun}`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  reachedFromAnywhere: true,
  answersMessage: ({ event }) => event.startsWith('message.'),
  compile: ({ event, when }, to) => ({
    op: 'goal',
    event,
    ...(when ? { when } : {}),
    next: to.next ?? '',
  }),
});
