/** Pure: adding the candidate to a pool. */
import type { EffectDefinition } from './effect.ts';
import type { PoolKnown } from './world.ts';

export interface PoolAdd {
  input: { poolId: string };
  /** Null: the pool is gone. */
  known: { pool: PoolKnown | null };
  decision: { poolId: string };
}

export const poolAdd: EffectDefinition<'pool.add'> = {
  type: 'pool.add',
  decide({ poolId }, { pool }, facts) {
    if (!pool) return { outcome: 'failed', code: 'pool-gone', detail: { poolId } };
    const detail = { poolId: pool.id, pool: pool.name };
    if (pool.isArchived) return { outcome: 'failed', code: 'pool-archived', detail };
    if (pool.isDynamic) return { outcome: 'failed', code: 'pool-by-condition', detail };
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
  simulate: ({ poolId }, world) => ({ pool: world.pools.find((each) => each.id === poolId) ?? null }),
  causes: ({ poolId }) => [{ type: 'pool.joined', data: { poolId } }],
  words: {
    done: ({ pool }) => `Added to “${pool}”`,
    unchanged: ({ pool }) => `Pool “${pool}”`,
    skipped: ({ pool }) => `Did not add to “${pool ?? 'a pool'}”`,
    failed: ({ pool }) => `Could not add to “${pool ?? 'a pool that is gone'}”`,
    codes: { 'already-member': () => 'Was in the pool already' },
  },
};
