/** Pure: the trigger that fires when someone joins a pool. */
import { z } from 'zod';
import { defineTrigger } from '../steps/step.ts';

export const joinedPool = defineTrigger({
  type: 'joined-pool',
  family: 'trigger',
  label: 'Joined a pool',
  about: 'Starts when someone joins a pool.',
  icon: 'zap',
  schema: z.object({ poolId: z.string().min(1) }),
  fields: { poolId: { kind: 'pool', label: 'Pool' } },
  initial: {},
  summary: (data, names) => `Joins “${names.pool(data.poolId) ?? 'a pool that is gone'}”`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  givesApplication: false,
  compile: (data) => ({
    event: 'pool.joined',
    when: { field: 'event.poolId', op: 'is', value: data.poolId },
  }),
  example: ({ poolId }, { names }) => ({ poolId, name: names.pool(poolId) }),
});
