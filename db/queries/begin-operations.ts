/** Operations begun by a person: whom they are for is settled when they are asked for. */
import type { Db } from '../connect.ts';
import type { RepairAction, RunChoice } from '../schema-operations.ts';
import { countToEnrol } from './enrolling.ts';
import { countToRepair, versionNumbers } from './moving.ts';
import { beginOperation, cancelOperation } from './operations.ts';

export interface Begun {
  operationId: string;
  total: number;
}

export interface RepairAsked {
  action: RepairAction;
  node?: string | undefined;
  ids?: string[] | undefined;
  filter?:
    | {
        status?: 'open' | 'blocked' | undefined;
        node?: string | undefined;
        /** Its number; one that there is not has nobody in it. */
        version?: number | undefined;
      }
    | undefined;
}

export function beginRepair(
  db: Db,
  flowId: string,
  { action, node, ids, filter = {} }: RepairAsked,
  by: string,
  now: number,
): Promise<Begun> {
  return db.transaction().execute(async (trx) => {
    const numbers = await versionNumbers(trx, flowId);
    const version = [...numbers].find(([, number]) => number === filter.version)?.[0] ?? flowId;
    const who: RunChoice = ids
      ? { ids: [...new Set(ids)] }
      : {
          before: new Date(now).toISOString(),
          ...(filter.status === undefined ? {} : { status: filter.status }),
          ...(filter.node === undefined ? {} : { node: filter.node }),
          ...(filter.version === undefined ? {} : { version }),
        };
    const total = await countToRepair(trx, flowId, who);
    const spec = { action, who, ...(node === undefined ? {} : { node }) };
    const operationId = await beginOperation(trx, { flowId, kind: 'repair', spec, total, by }, now);
    return { operationId, total };
  });
}

/** A move that is still under way goes no further. Null: it is no move, or was taken back already. */
export function undoMove(db: Db, operationId: string, by: string, now: number): Promise<Begun | null> {
  return db.transaction().execute(async (trx) => {
    // Locked first: a batch that is under way is waited for, and counted.
    const move = await trx
      .selectFrom('operation')
      .select(['flow_id as flowId', 'kind', 'changed'])
      .where('id', '=', operationId)
      .forUpdate()
      .executeTakeFirst();
    if (move?.kind !== 'move') return null;
    const stopped = (await cancelOperation(trx, operationId, now)) === 'done';
    // Stopped before anybody's turn had come, it is taken back all the same, for nobody.
    if (move.changed === 0 && !stopped) return null;
    const undone = await trx
      .selectFrom('operation')
      .select('spec')
      .where('flow_id', '=', move.flowId)
      .where('kind', '=', 'undo')
      .execute();
    if (undone.some(({ spec }) => 'of' in spec && spec.of === operationId)) return null;
    const spec = { of: operationId };
    const begun = await beginOperation(
      trx,
      { flowId: move.flowId, kind: 'undo', spec, total: move.changed, by },
      now,
    );
    return { operationId: begun, total: move.changed };
  });
}

/** `perMinute` null: as fast as it goes. */
export async function beginEnrolment(
  db: Db,
  {
    flowId,
    from,
    perMinute,
    by,
  }: {
    flowId: string;
    from: { poolId: string } | { candidateIds: string[] };
    perMinute: number | null;
    by: string;
  },
  now: number,
): Promise<Begun> {
  return db.transaction().execute(async (trx) => {
    const who = 'poolId' in from ? from : { candidateIds: [...new Set(from.candidateIds)] };
    const total = 'poolId' in who ? await countToEnrol(trx, who.poolId) : who.candidateIds.length;
    const spec = { from: who, perMinute };
    const operationId = await beginOperation(trx, { flowId, kind: 'enrol', spec, total, by }, now);
    return { operationId, total };
  });
}
