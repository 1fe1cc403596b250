/**
 * Pump: operations. Each batch is one transaction with its progress: a worker that dies in the middle has done nothing
 * of it, and the next one goes on where the last batch ended.
 */
import { notifyLive, notifyWork } from '../../db/notify.ts';
import {
  claimOperation,
  type Operation,
  type OperationRow,
  putOffOperation,
  saveBatch,
} from '../../db/queries/operations.ts';
import { isConflict, isDataError, isOutage, retryConflicts } from '../../db/transactions.ts';
import { enrolledAtOnce } from '../../engine/forecast/pace.ts';
import type { Context } from '../context.ts';
import { operations } from '../operations/index.ts';
import type { OperationHandler } from '../operations/operation.ts';
import type { PumpWork } from './pump.ts';

/** People whose turn comes together. */
const batch = enrolledAtOnce;
/** One that fails for a reason of its own lets the others go first for so long. */
const putOffMs = 60_000;

export const operationsPump = (context: Context): PumpWork => ({
  name: 'operations',
  async round() {
    const { db } = context;
    let operation: Operation | null;
    try {
      operation = await take(context, batch);
    } catch (error) {
      if (!isDataError(error)) throw error;
      // One of them cannot be written: each by herself, and whoever is at fault is left out.
      operation = await take(context, 1).catch((alone: unknown) => {
        if (!isDataError(alone)) throw alone;
        return take(context, 1, true);
      });
    }
    if (!operation) return 0;
    notifyWork(db, 'router', 'waker');
    notifyLive(db, [{ topic: 'flow', id: operation.flowId }]);
    return 1;
  },
});

/** Works through the next batch of the next operation. Null: there is none. */
function take({ db, clock }: Context, limit: number, refused = false): Promise<Operation | null> {
  let claimed: Operation | null = null;
  const batched = retryConflicts(() =>
    db.transaction().execute(async (trx) => {
      const now = clock.now();
      const operation = await claimOperation(trx, now);
      claimed = operation;
      if (!operation) return null;
      // The pairing of kind and handler is the table's own; TypeScript loses it in the look-up.
      const handler = operations[operation.kind] as unknown as OperationHandler<never>;
      const asked = operation as never;
      const rate = handler.perMinute?.(asked) ?? null;
      const turns = await handler.next(trx, asked, rate === null ? limit : Math.min(limit, rate));
      const rows: OperationRow[] = refused
        ? turns.map((turn) => ({ ...turn, outcome: 'left-out' as const, code: 'database-refused' }))
        : turns.length > 0
          ? await handler.work(trx, asked, turns, now)
          : [];
      const cursor = turns.at(-1)?.ref ?? null;
      const nextAt = rate === null ? now : now + Math.ceil((turns.length / rate) * 60_000);
      await saveBatch(trx, operation.id, { rows, cursor, nextAt }, now);
      return operation;
    }),
  );
  return batched.catch(async (error: unknown) => {
    const isOwn = !(isDataError(error) || isConflict(error) || isOutage(error));
    if (claimed && isOwn) await putOffOperation(db, claimed.id, clock.now() + putOffMs);
    throw error;
  });
}
