/** Pure: the trigger that fires when nothing has been heard of someone for a while. */
import { z } from 'zod';
import { defineTrigger } from '../steps/step.ts';
import type { Sweep } from './sweep.ts';

export const noActivity = defineTrigger({
  type: 'no-activity',
  family: 'trigger',
  label: 'No activity',
  about: 'Starts when someone has not replied, clicked, applied or answered for so many days.',
  icon: 'zap',
  schema: z.object({ days: z.int().min(1).max(3650), poolId: z.string().min(1).optional() }),
  fields: {
    days: {
      kind: 'number',
      label: 'Nothing heard for',
      hint: 'What she does counts: replies, clicks, applications, forms, surveys and interviews. What we send does not. Whoever is silent that long already when the flow is published is left alone.',
      least: 1,
      most: 3650,
      unit: 'days',
    },
    poolId: { kind: 'pool', label: 'Only in', optional: true },
  },
  initial: { days: 90 },
  summary: ({ days, poolId }, names) =>
    `Nothing heard for ${days === 1 ? '1 day' : `${days} days`}${poolId ? ` in “${names.pool(poolId) ?? 'a pool that is gone'}”` : ''}`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  givesApplication: false,
  compile: ({ days, poolId }) => {
    const sweep: Sweep = { kind: 'quiet', days, ...(poolId ? { poolId } : {}) };
    return { event: 'candidate.quiet', sweep };
  },
  example: ({ days }) => ({ days }),
});
