/** Pure: the step that takes the candidate out of a pool. */
import { z } from 'zod';
import { defineStep } from './step.ts';

export const removeFromPool = defineStep({
  type: 'remove-from-pool',
  family: 'action',
  label: 'Leave pool',
  about: 'Takes the candidate out of a pool.',
  icon: 'layers',
  schema: z.object({ poolId: z.string().min(1) }),
  fields: { poolId: { kind: 'pool', label: 'Pool' } },
  initial: {},
  summary: (data, names) => `Remove from “${names.pool(data.poolId) ?? 'a pool that is gone'}”`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  compile: (data, to) => ({
    op: 'effect',
    effect: 'pool.remove',
    input: { poolId: data.poolId },
    next: to.next ?? '',
  }),
});
