/** Effect: the candidate leaves a pool. */
import { poolsKnown, removeFromPools } from '../../db/queries/effects.ts';
import type { EffectHandler } from './effect.ts';

export const poolRemove: EffectHandler<'pool.remove'> = {
  async know(asked, { trx }) {
    const pools = await poolsKnown(
      trx,
      asked.map(({ input }) => input.poolId),
    );
    return pools.map((pool) => ({ pool }));
  },
  write: (decided, { trx }) =>
    removeFromPools(
      trx,
      decided.map(({ decision, place: { candidateId } }) => ({ poolId: decision.poolId, candidateId })),
    ),
};
