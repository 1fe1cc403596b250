/** Operation: those on their way go over to another version, or leave, as was chosen for the step they stand on. */
import { closeRuns, settleClosed } from '../../db/queries/close-run.ts';
import { type LoadedEnrolment, lockAndLoadEach } from '../../db/queries/enrolments.ts';
import type { Trx } from '../../db/queries/lock.ts';
import { type Moved, nextToMove, saveMoved, versionNumbers, visitsOf } from '../../db/queries/moving.ts';
import type { OperationRow } from '../../db/queries/operations.ts';
import { planOf } from '../../db/queries/plans.ts';
import { advancedOf } from '../../db/queries/repairs.ts';
import { inputOf } from '../../db/queries/run-input.ts';
import type { Before } from '../../db/schema-operations.ts';
import { move as moveRun } from '../../engine/run/move.ts';
import { isClosed, type RunOutcome } from '../../engine/run/state.ts';
import type { Asked, OperationHandler } from './operation.ts';

export const move: OperationHandler<'move'> = {
  next: (trx, { spec, cursor }, limit) => nextToMove(trx, spec, cursor, limit),

  async work(trx, operation, turns, now) {
    const ids = turns.map((turn) => turn.ref);
    const runs = await lockAndLoadEach(trx, ids);
    const [visits, numbers, plan] = await Promise.all([
      visitsOf(trx, ids),
      versionNumbers(trx, operation.flowId),
      planOf(trx, operation.spec.to),
    ]);
    const by = { kind: 'person' as const, id: operation.by };
    const moved: Moved[] = [];
    const closed: { loaded: LoadedEnrolment; outcome: RunOutcome }[] = [];
    const exits: LoadedEnrolment[] = [];
    const rows: OperationRow[] = [];
    for (const loaded of runs) {
      const row = { ref: loaded.id, candidateId: loaded.candidateId };
      const choice = choiceFor(operation, loaded);
      if (typeof choice === 'string') rows.push({ ...row, outcome: 'left-out', code: choice });
      else if (choice.to === null) {
        exits.push(loaded);
        rows.push({ ...row, outcome: 'changed' });
      } else {
        const outcome = moveRun(inputOf(loaded, await planOf(trx, loaded.versionId), now), {
          plan,
          node: choice.to,
          visits: visits.get(loaded.id) ?? {},
          detail: {
            fromVersion: numbers.get(loaded.versionId),
            toVersion: numbers.get(operation.spec.to),
            operation: operation.id,
            by: operation.by,
          },
        });
        if (outcome.end) {
          closed.push({ loaded, outcome });
          rows.push({ ...row, outcome: 'left-out', code: 'left-meanwhile' });
        } else {
          moved.push({
            advanced: advancedOf(loaded, outcome, now),
            versionId: operation.spec.to,
            plan,
          });
          rows.push({ ...row, outcome: 'changed', before: beforeOf(loaded, operation.spec.to, outcome) });
        }
      }
    }
    await finish(trx, { moved, closed, exits, by, now });
    return rows;
  },
};

/** As she stands now that she is locked: she may have gone on since she was chosen. */
function choiceFor({ spec }: Asked<'move'>, { state, versionId }: LoadedEnrolment) {
  if (isClosed(state.status)) return 'not-open';
  return (
    spec.choices.find((one) => one.version === versionId && one.node === state.node) ?? ('moved-on' as const)
  );
}

function beforeOf(loaded: LoadedEnrolment, to: string, { state }: RunOutcome): Before {
  const { status, wait, enteredAt, problem, seenSeq, heard, node } = loaded.state;
  return {
    candidate: loaded.candidateId,
    version: loaded.versionId,
    node: node ?? '',
    status,
    wait,
    enteredAt,
    problem,
    seenSeq,
    heard,
    put: { version: to, node: state.node ?? '', enteredAt: state.enteredAt, visits: state.visits },
  };
}

interface Finished {
  moved: readonly Moved[];
  closed: readonly { loaded: LoadedEnrolment; outcome: RunOutcome }[];
  exits: readonly LoadedEnrolment[];
  by: { kind: 'person'; id: string | null };
  now: number;
}

export async function finish(trx: Trx, { moved, closed, exits, by, now }: Finished): Promise<void> {
  await saveMoved(trx, moved, 'bulk');
  if (closed.length > 0) await settleClosed(trx, closed, { by, now });
  if (exits.length > 0) await closeRuns(trx, exits, { reason: 'stopped', by, now });
}
