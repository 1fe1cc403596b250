/**
 * Pump: pools with a condition. Whoever may belong elsewhere by now is judged first; a pool whose condition is new is
 * filled batch by batch while nobody waits. Each batch is one transaction: a dead worker has done nothing of it.
 */
import { notifyLive, notifyWork } from '../../db/notify.ts';
import { keepKeysForSearch } from '../../db/queries/candidate-keys.ts';
import { claimFill, expectFill, nextToFill, saveFill } from '../../db/queries/dynamic-pools.ts';
import { claimChecks, poolsHaveWork, postponeCheck } from '../../db/queries/pool-checks.ts';
import { isDataError, retryConflicts, savepoint } from '../../db/transactions.ts';
import type { Context } from '../context.ts';
import { judgePools } from '../pools/judge.ts';
import type { PumpWork } from './pump.ts';

/** People who are judged together. */
const batch = 200;

export const poolsPump = (context: Context): PumpWork => ({
  name: 'pools',
  async round() {
    const { db, clock } = context;
    if (!(await poolsHaveWork(db, clock.now()))) return 0;
    const done = (await check(context)) ?? (await fill(context));
    if (!done) return 0;
    if (done.changed.length > 0) {
      notifyWork(db, 'router');
      notifyLive(
        db,
        done.changed.map((id) => ({ topic: 'candidate', id })),
      );
    }
    return 1;
  },
});

interface Done {
  changed: string[];
}

/** Null: nobody waits. */
async function check(context: Context): Promise<Done | null> {
  try {
    return await checkSome(context, batch);
  } catch (error) {
    if (!isDataError(error)) throw error;
    // One of them cannot be written: each by herself.
    return checkSome(context, 1);
  }
}

function checkSome({ db, clock }: Context, limit: number): Promise<Done | null> {
  return retryConflicts(() =>
    db.transaction().execute(async (trx) => {
      const now = clock.now();
      const checks = await claimChecks(trx, now, limit);
      const [first] = checks;
      if (!first) return null;
      if (limit > 1) return { changed: await judgePools(trx, checks, now, { settles: true }) };
      const judged = await savepoint(trx, () => judgePools(trx, checks, now, { settles: true }));
      if (!judged.ok) await postponeCheck(trx, first.candidateId, now);
      return { changed: judged.ok ? judged.value : [] };
    }),
  );
}

/** Null: no pool is being filled. */
async function fill(context: Context): Promise<Done | null> {
  const { db, clock } = context;
  await keepKeysForSearch(db);
  await expectFill(db, clock.now());
  try {
    return await fillSome(context, batch);
  } catch (error) {
    if (!isDataError(error)) throw error;
    return fillSome(context, 1);
  }
}

function fillSome({ db, clock }: Context, limit: number): Promise<Done | null> {
  return retryConflicts(() =>
    db.transaction().execute(async (trx) => {
      const now = clock.now();
      const next = await claimFill(trx, now);
      if (!next) return null;
      const ids = await nextToFill(trx, next, now, limit);
      const checks = ids.map((candidateId) => ({ candidateId, causeId: null, depth: 0 }));
      const judge = () => judgePools(trx, checks, now, { settles: false });
      // Whoever cannot be written, judged by herself, is passed over: the next event of hers tries again.
      const judged = limit > 1 ? await judge() : await savepoint(trx, judge);
      await saveFill(trx, next.poolId, ids);
      if (Array.isArray(judged)) return { changed: judged };
      return { changed: judged.ok ? judged.value : [] };
    }),
  );
}
