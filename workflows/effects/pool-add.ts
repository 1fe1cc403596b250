/** Effect: the candidate joins a pool. */
import { addToPool, livePool } from '../../db/queries/effects.ts';
import type { EffectHandler } from './effect.ts';

export const poolAdd: EffectHandler<'pool.add'> = {
  know: async (input, { trx }) => ({ pool: await livePool(trx, input.poolId) }),
  write: (decision, _input, { trx, candidateId, flowId, now }) =>
    addToPool(trx, { poolId: decision.poolId, candidateId, by: { kind: 'flow', id: flowId } }, now),
};
