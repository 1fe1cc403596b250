/** Pure: taking the candidate out of a pool. */
import type { EffectDefinition } from './effect.ts';
import type { PoolKnown } from './world.ts';

export interface PoolRemove {
  input: { poolId: string };
  /** Null: the pool is gone. */
  known: { pool: PoolKnown | null };
  decision: { poolId: string };
}

export const poolRemove: EffectDefinition<'pool.remove'> = {
  type: 'pool.remove',
  decide({ poolId }, { pool }, facts) {
    if (!pool) return { outcome: 'failed', code: 'pool-gone', detail: { poolId } };
    const { candidate } = facts;
    const detail = { poolId: pool.id, pool: pool.name };
    if (pool.isArchived) return { outcome: 'failed', code: 'pool-archived', detail };
    if (pool.isDynamic) return { outcome: 'failed', code: 'pool-by-condition', detail };
    if (!candidate.pools.includes(pool.id)) return { outcome: 'unchanged', code: 'not-member', detail };
    return {
      outcome: 'done',
      detail,
      decision: { poolId: pool.id },
      events: [{ type: 'pool.left', data: { poolId: pool.id, name: pool.name } }],
      facts: {
        ...facts,
        candidate: { ...candidate, pools: candidate.pools.filter((each) => each !== pool.id) },
      },
    };
  },
  simulate: ({ poolId }, world) => ({ pool: world.pools.find((each) => each.id === poolId) ?? null }),
  causes: ({ poolId }) => [{ type: 'pool.left', data: { poolId } }],
  words: {
    done: ({ pool }) => `Removed from “${pool}”`,
    unchanged: ({ pool }) => `Pool “${pool}”`,
    skipped: ({ pool }) => `Did not remove from “${pool ?? 'a pool'}”`,
    failed: ({ pool }) => `Could not remove from “${pool ?? 'a pool that is gone'}”`,
    codes: { 'not-member': () => 'Was not in the pool' },
  },
};
