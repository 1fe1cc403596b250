/** Judges the conditions of all pools of some candidates, under their locks, and writes who joined and left. */
import { aspectsOf, dynamicPools, type NamedPool } from '../../db/queries/dynamic-pools.ts';
import { addToPools, removeFromPools } from '../../db/queries/effects.ts';
import { type EventToWrite, recordEvents } from '../../db/queries/events.ts';
import { lockCandidates, type Trx } from '../../db/queries/lock.ts';
import { type PoolCheck, planFlips, settleChecks } from '../../db/queries/pool-checks.ts';
import { mergedPasts } from '../../engine/conditions/history.ts';
import { historyOf } from '../../engine/conditions/reads.ts';
import { membershipOf } from '../../engine/pools/membership.ts';

const by = { kind: 'system' } as const;

/** Answers who joined or left any pool. At most 500 candidates; `settles`: these checks are done then. */
export async function judgePools(
  trx: Trx,
  checks: readonly PoolCheck[],
  now: number,
  { settles }: { settles: boolean },
): Promise<string[]> {
  const asked = checks.map((check) => check.candidateId);
  const locked = await lockCandidates(trx, asked);
  const pools = await dynamicPools(trx);
  const living = locked.filter((one) => one.mergedInto === null).map((one) => one.id);
  const history = mergedPasts(pools.flatMap((pool) => historyOf(pool.condition)));
  const aspects = await aspectsOf(trx, living, history);

  const ofPool = new Map<string, NamedPool>(pools.map((pool) => [pool.id, pool]));
  const from = new Map(checks.map((check) => [check.candidateId, check]));
  const events: EventToWrite[] = [];
  const flips = locked.map(({ id }) => ({ candidateId: id, at: null as number | null }));
  for (const flip of flips) {
    const { candidateId } = flip;
    const facts = aspects.get(candidateId);
    if (!facts) continue;
    const { joins, leaves, flipsAt } = membershipOf(pools, facts, now);
    flip.at = flipsAt;
    const { causeId = null, depth = 0 } = from.get(candidateId) ?? {};
    const event = (type: string) => (poolId: string) => ({
      candidateId,
      type,
      data: { poolId, name: ofPool.get(poolId)?.name },
      causeId,
      depth,
      by,
    });
    events.push(...joins.map(event('pool.joined')), ...leaves.map(event('pool.left')));
  }

  // First the due rows, then the checks: whoever takes a due row holds it while she queues a check.
  await planFlips(trx, flips);
  if (settles) await settleChecks(trx, asked);
  const changes = (type: string) =>
    events
      .filter((event) => event.type === type)
      .map(({ candidateId, data }) => ({ candidateId, poolId: String(data?.poolId), by, now }));
  if (events.length > 0) {
    await addToPools(trx, changes('pool.joined'));
    await removeFromPools(trx, changes('pool.left'));
    await recordEvents(trx, events, now);
  }
  return [...new Set(events.map((event) => event.candidateId))];
}
