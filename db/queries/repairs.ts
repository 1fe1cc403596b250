/**
 * What a person does to runs: try a blocked step again, leave a step out, move to another, end. Singly or many at a
 * time; who did it stands in the ledger or in the event, and in the operation that it was part of.
 */
import { retry } from '../../engine/run/begin.ts';
import { move } from '../../engine/run/move.ts';
import { skip } from '../../engine/run/skip.ts';
import { isClosed, type RunOutcome, type RunStatus } from '../../engine/run/state.ts';
import type { Db } from '../connect.ts';
import type { RepairAction } from '../schema-operations.ts';
import { retryConflicts } from '../transactions.ts';
import { closeRuns, settleClosed } from './close-run.ts';
import { type LoadedEnrolment, lockAndLoad } from './enrolments.ts';
import type { By } from './events.ts';
import type { Trx } from './lock.ts';
import type { Lane } from './marks.ts';
import { type Moved, saveMoved, visitsOf } from './moving.ts';
import { beginOperation, type OperationRow, saveBatch } from './operations.ts';
import { planOf } from './plans.ts';
import { inputOf } from './run-input.ts';

export interface Repair {
  action: RepairAction;
  /** For `move`: the step they are to stand on. */
  node?: string | undefined;
  by: By;
  now: number;
  lane: Lane;
}

/** Why a run was left as it is. */
export type RepairRefusal =
  | 'not-open'
  | 'not-blocked'
  | 'nothing-to-skip'
  | 'no-such-step'
  | 'left-meanwhile';

/** The candidates must be locked. One row for each run. */
export async function repairRuns(
  trx: Trx,
  runs: readonly LoadedEnrolment[],
  { action, node, by, now, lane }: Repair,
): Promise<OperationRow[]> {
  const visits = await visitsOf(
    trx,
    runs.map((loaded) => loaded.id),
  );
  const moved: Moved[] = [];
  const closed: { loaded: LoadedEnrolment; outcome: RunOutcome }[] = [];
  const exits: LoadedEnrolment[] = [];
  const rows: OperationRow[] = [];
  for (const loaded of runs) {
    const left = (code: RepairRefusal) =>
      rows.push({ ref: loaded.id, candidateId: loaded.candidateId, outcome: 'left-out', code });
    if (isClosed(loaded.state.status)) {
      left('not-open');
      continue;
    }
    if (action === 'exit') exits.push(loaded);
    else {
      const plan = await planOf(trx, loaded.versionId);
      const outcome = repaired(loaded, { plan, action, node, by, now, visits: visits.get(loaded.id) ?? {} });
      if (typeof outcome === 'string') {
        left(outcome);
        continue;
      }
      if (outcome.end) {
        closed.push({ loaded, outcome });
        left('left-meanwhile');
        continue;
      }
      moved.push({
        advanced: advancedOf(loaded, outcome, now),
        versionId: loaded.versionId,
        plan,
      });
    }
    rows.push({ ref: loaded.id, candidateId: loaded.candidateId, outcome: 'changed' });
  }
  await saveMoved(trx, moved, lane);
  if (closed.length > 0) await settleClosed(trx, closed, { by, now });
  if (exits.length > 0) await closeRuns(trx, exits, { reason: 'stopped', by, now });
  return rows;
}

export const advancedOf = (loaded: LoadedEnrolment, { state, steps, wakeAt }: RunOutcome, now: number) => ({
  enrolmentId: loaded.id,
  versionId: loaded.versionId,
  state,
  steps,
  wakeAt,
  end: null,
  now,
  keepStartMark: false,
});

interface Repairing extends Pick<Repair, 'node' | 'by' | 'now'> {
  action: Exclude<RepairAction, 'exit'>;
  plan: Parameters<typeof inputOf>[1];
  visits: Record<string, number>;
}

function repaired(
  loaded: LoadedEnrolment,
  { action, node, plan, by, now, visits }: Repairing,
): RunOutcome | RepairRefusal {
  const { state } = loaded;
  if (action === 'retry')
    return state.status === 'blocked'
      ? { state: retry(state, { by: by.id ?? null, at: now }), steps: [], wakeAt: null, end: null }
      : 'not-blocked';
  const input = inputOf(loaded, plan, now);
  if (action === 'skip') return skip(input, { by: by.id ?? null }) ?? 'nothing-to-skip';
  if (node === undefined || !Object.hasOwn(plan.ops, node)) return 'no-such-step';
  return move(input, { plan, node, visits, detail: { by: by.id ?? null } });
}

/** One run, at once. */
export async function repairEnrolment(
  db: Db,
  id: string,
  { action, node }: Pick<Repair, 'action' | 'node'>,
  by: string,
  now: number,
): Promise<RunStatus | 'not-found' | RepairRefusal> {
  return retryConflicts(() =>
    db.transaction().execute(async (trx) => {
      const loaded = await lockAndLoad(trx, id);
      if (!loaded) return 'not-found';
      const person = { kind: 'person' as const, id: by };
      const rows = await repairRuns(trx, [loaded], { action, node, by: person, now, lane: 'event' });
      const refused = rows[0]?.outcome === 'left-out' ? (rows[0].code as RepairRefusal) : null;
      if (refused && refused !== 'left-meanwhile') return refused;
      const spec = { action, ...(node === undefined ? {} : { node }), who: { ids: [id] } };
      const operation = await beginOperation(
        trx,
        { flowId: loaded.flowId, kind: 'repair', spec, total: 1, by },
        now,
      );
      await saveBatch(trx, operation, { rows, cursor: null, nextAt: now }, now);
      const after = await trx
        .selectFrom('enrolment')
        .select('status')
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
      return after.status;
    }),
  );
}

/** Lets a blocked enrolment try its step once more, as another visit. */
export async function retryEnrolment(
  db: Db,
  id: string,
  by: string,
  now: number,
): Promise<RunStatus | 'not-found' | 'not-blocked'> {
  const outcome = await repairEnrolment(db, id, { action: 'retry' }, by, now);
  // One that is over is not blocked, either.
  return outcome === 'not-open' ? 'not-blocked' : (outcome as RunStatus | 'not-found' | 'not-blocked');
}

/** Ends an enrolment by hand: nothing of it happens any more, and what has not left is cancelled. */
export async function stopEnrolment(
  db: Db,
  id: string,
  by: string,
  now: number,
): Promise<RunStatus | 'not-found' | 'not-open'> {
  const outcome = await repairEnrolment(db, id, { action: 'exit' }, by, now);
  return outcome as RunStatus | 'not-found' | 'not-open';
}
