/** What a kind of operation is: whose turn comes next, and what is done for them, in one transaction with its progress. */
import type { Trx } from '../../db/queries/lock.ts';
import type { Turn } from '../../db/queries/moving.ts';
import type { Operation, OperationRow } from '../../db/queries/operations.ts';
import type { OperationKind } from '../../db/schema-operations.ts';

export type Asked<K extends OperationKind> = Extract<Operation, { kind: K }>;

export interface OperationHandler<K extends OperationKind> {
  /** At most `limit`, in the order of their ids, beyond the operation's cursor. */
  next(trx: Trx, operation: Asked<K>, limit: number): Promise<Turn[]>;
  /** Rows for those of `turns` that are still there. `now` in milliseconds. */
  work(trx: Trx, operation: Asked<K>, turns: readonly Turn[], now: number): Promise<OperationRow[]>;
  /** At most so many a minute; null: as fast as it goes. */
  perMinute?(operation: Asked<K>): number | null;
}

export type OperationHandlers = { [K in OperationKind]: OperationHandler<K> };
