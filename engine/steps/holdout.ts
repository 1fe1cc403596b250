/** Pure: the step that holds a share of candidates out, so that what the flow does can be compared with doing nothing. */
import { z } from 'zod';
import { defineStep } from './step.ts';

export const holdout = defineStep({
  type: 'holdout',
  family: 'logic',
  label: 'Holdout',
  about: 'Holds a share of candidates out by lot, to compare. Who is held out is so each time.',
  icon: 'flask-conical',
  schema: z.object({
    share: z.number().refine((share) => share >= 1 && share <= 99, 'it has to be between 1 and 99 percent'),
  }),
  fields: { share: { kind: 'number', label: 'Held out', least: 1, most: 99, unit: '%' } },
  initial: { share: 10 },
  summary: ({ share }) => `Hold ${share} % out`,
  ports: () => [
    { id: 'in', label: 'Goes on', side: 'bottom' },
    { id: 'out', label: 'Held out', side: 'right' },
  ],
  compile: ({ share }, to) => ({
    op: 'split',
    by: 'candidate',
    arms: [
      { port: 'out', label: 'Held out', weight: share, next: to.out ?? '' },
      { port: 'in', label: 'Goes on', weight: 100 - share, next: to.in ?? '' },
    ],
  }),
});
