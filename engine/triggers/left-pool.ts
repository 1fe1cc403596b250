/** Pure: the trigger that fires when someone leaves a pool. */
import { z } from 'zod';
import { defineTrigger } from '../steps/step.ts';

export const leftPool = defineTrigger({
  type: 'left-pool',
  family: 'trigger',
  label: 'Left a pool',
  about: 'Starts when someone leaves a pool.',
  icon: 'zap',
  schema: z.object({ poolId: z.string().min(1) }),
  fields: { poolId: { kind: 'pool', label: 'Pool' } },
  initial: {},
  summary: (data, names) => `Leaves “${names.pool(data.poolId) ?? 'a pool that is gone'}”`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  givesApplication: false,
  compile: (data) => ({
    event: 'pool.left',
    when: { field: 'event.poolId', op: 'is', value: data.poolId },
  }),
  example: ({ poolId }, { names }) => ({ poolId, name: names.pool(poolId) }),
});
