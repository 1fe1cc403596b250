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
import { isConflict, isDataError, isFromDatabase, isOutage, retryConflicts } from '../../db/transactions.ts';
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
    const operation = await take(context, batch).catch((error: unknown) => {
      if (faultOf(error) === null) throw error;
      return oneByOne(context);
    });
    if (!operation) return 0;
    notifyWork(db, 'router', 'waker');
    notifyLive(db, [{ topic: 'flow', id: operation.flowId }]);
    return 1;
  },
});

/** Why someone at fault is left out; null: the database is away or busy, or fails for a reason that may pass. */
function faultOf(error: unknown): 'database-refused' | 'step-broken' | null {
  if (isConflict(error)) return null;
  if (isDataError(error)) return 'database-refused';
  return isFromDatabase(error) ? null : 'step-broken';
}

/** One of a batch is at fault: each by herself as far as the batch went, and whoever it is is left out. */
async function oneByOne(context: Context): Promise<Operation | null> {
  let first: Operation | null = null;
  for (let turn = 0; turn < batch; turn++) {
    const operation = await take(context, 1).catch((error: unknown) => {
      const fault = faultOf(error);
      if (fault === null) throw error;
      return take(context, 1, fault);
    });
    first ??= operation;
    // Another one's turn: it may go in batches.
    if (operation?.id !== first?.id || operation === null) break;
  }
  return first;
}

/** Works through the next batch of the next operation. Null: there is none. */
function take({ db, clock }: Context, limit: number, fault: string | null = null): Promise<Operation | null> {
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
      const rows: OperationRow[] = fault
        ? turns.map((turn) => ({ ...turn, outcome: 'left-out' as const, code: fault }))
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
    const isOwn = faultOf(error) === null && !isConflict(error) && !isOutage(error);
    if (claimed && isOwn) await putOffOperation(db, claimed.id, clock.now() + putOffMs);
    throw error;
  });
}
