/** Pure: adding the candidate to a pool. */
import type { EffectDefinition } from './effect.ts';

export const poolAdd: EffectDefinition<'pool.add'> = {
  type: 'pool.add',
  decide({ poolId }, { pool }, facts) {
    if (!pool) return { outcome: 'failed', code: 'pool-gone', detail: { poolId } };
    const detail = { poolId: pool.id, pool: pool.name };
    if (facts.candidate.pools.includes(pool.id))
      return { outcome: 'unchanged', code: 'already-member', detail };
    return {
      outcome: 'done',
      detail,
      decision: { poolId: pool.id },
      events: [{ type: 'pool.joined', data: { poolId: pool.id, name: pool.name } }],
      facts: { ...facts, candidate: { ...facts.candidate, pools: [...facts.candidate.pools, pool.id] } },
    };
  },
};
