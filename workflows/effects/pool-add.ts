/** Effect: the candidate joins a pool. */
import { addToPools, poolsKnown } from '../../db/queries/effects.ts';
import type { EffectHandler } from './effect.ts';

export const poolAdd: EffectHandler<'pool.add'> = {
  async know(asked, { trx }) {
    const pools = await poolsKnown(
      trx,
      asked.map(({ input }) => input.poolId),
    );
    return pools.map((pool) => ({ pool }));
  },
  write: (decided, { trx }) =>
    addToPools(
      trx,
      decided.map(({ decision, place: { candidateId, flowId, now } }) => ({
        poolId: decision.poolId,
        candidateId,
        by: { kind: 'flow', id: flowId },
        now,
      })),
    ),
};
