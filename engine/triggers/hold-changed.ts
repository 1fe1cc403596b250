/** Pure: the trigger that fires when contact with someone is held, or the hold has ended. */
import { z } from 'zod';
import { conditionSchema } from '../conditions/condition.ts';
import { defineTrigger } from '../steps/step.ts';

const events = { set: 'contact.held', ended: 'contact.released' } as const;
const words = { set: 'Contact is held', ended: 'A hold on contact ends' } as const;

export const holdChanged = defineTrigger({
  type: 'hold-changed',
  family: 'trigger',
  label: 'Contact hold',
  about:
    'Starts when someone holds contact with the candidate, or when the hold ends: its time is up, or it is let go of.',
  icon: 'zap',
  schema: z.object({ what: z.enum(['set', 'ended']), when: conditionSchema.optional() }),
  fields: {
    what: {
      kind: 'choice',
      label: 'What happens',
      options: [
        { value: 'set', label: 'A hold is set' },
        { value: 'ended', label: 'The hold ends' },
      ],
    },
    when: { kind: 'condition', label: 'Only if', optional: true },
  },
  initial: { what: 'ended' },
  summary: ({ what }) => words[what],
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  givesApplication: false,
  compile: ({ what, when }) => ({ event: events[what], ...(when ? { when } : {}) }),
  example: ({ what }) => (what === 'set' ? { covers: 'nurture' } : { expired: true }),
});
