/** Pure: the step that adds the candidate to a pool. */
import { z } from 'zod';
import { defineStep } from './step.ts';

export const addToPool = defineStep({
  type: 'add-to-pool',
  family: 'action',
  label: 'Pool',
  about: 'Adds the candidate to a pool.',
  icon: 'layers',
  schema: z.object({ poolId: z.string().min(1) }),
  fields: { poolId: { kind: 'pool', label: 'Pool' } },
  initial: {},
  summary: (data, names) => `Add to “${names.pool(data.poolId) ?? 'a pool that is gone'}”`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  compile: (data, to) => ({
    op: 'effect',
    effect: 'pool.add',
    input: { poolId: data.poolId },
    next: to.next ?? '',
  }),
});
