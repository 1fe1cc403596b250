/** Operation: a move taken back, for those who have not gone a step since. */
import { type LoadedEnrolment, lockAndLoadEach } from '../../db/queries/enrolments.ts';
import { beforeOf, type Moved, nextToBringBack, versionNumbers, visitsOf } from '../../db/queries/moving.ts';
import type { OperationRow } from '../../db/queries/operations.ts';
import { planOf } from '../../db/queries/plans.ts';
import { advancedOf } from '../../db/queries/repairs.ts';
import { inputOf } from '../../db/queries/run-input.ts';
import { type AskedBy, neverCalled, takeInKept } from '../../db/queries/webhooks.ts';
import type { Before } from '../../db/schema-operations.ts';
import { canonicalJson } from '../../engine/plan/canonical.ts';
import { move } from '../../engine/run/move.ts';
import { isClosed, type RunOutcome } from '../../engine/run/state.ts';
import { finish } from './move.ts';
import type { OperationHandler } from './operation.ts';

export const undo: OperationHandler<'undo'> = {
  next: (trx, { spec, cursor }, limit) => nextToBringBack(trx, spec.of, cursor, limit),

  async work(trx, operation, turns, now) {
    const ids = turns.map((turn) => turn.ref);
    const runs = await lockAndLoadEach(trx, ids);
    const [visits, numbers, stood] = await Promise.all([
      visitsOf(trx, ids),
      versionNumbers(trx, operation.flowId),
      beforeOf(trx, operation.spec.of, ids),
    ]);
    const asked = askedBy(stood);
    const uncalled = await neverCalled(trx, asked);
    const moved: Moved[] = [];
    const closed: { loaded: LoadedEnrolment; outcome: RunOutcome }[] = [];
    const rows: OperationRow[] = [];
    for (const loaded of runs) {
      const row = { ref: loaded.id, candidateId: loaded.candidateId };
      const before = stood.get(loaded.id);
      // Whom the move took out of the flow stays out of it.
      const refusal = before ? whyNot(loaded, before) : 'not-open';
      if (!before || refusal) {
        rows.push({ ...row, outcome: 'left-out', code: refusal ?? 'not-open' });
        continue;
      }
      const plan = await planOf(trx, before.version);
      const outcome = move(inputOf(loaded, await planOf(trx, loaded.versionId), now), {
        plan,
        node: before.node,
        visits: visits.get(loaded.id) ?? {},
        detail: {
          fromVersion: numbers.get(loaded.versionId),
          toVersion: numbers.get(before.version),
          undone: true,
          operation: operation.id,
          by: operation.by,
        },
        // A call that was put aside before it was made is made now: nobody else would ever answer it.
        restore: uncalled.has(loaded.id) ? { ...before, wait: null } : before,
      });
      if (outcome.end) {
        closed.push({ loaded, outcome });
        rows.push({ ...row, outcome: 'left-out', code: 'left-meanwhile' });
        continue;
      }
      moved.push({
        advanced: advancedOf(loaded, outcome, now),
        versionId: before.version,
        plan,
      });
      rows.push({ ...row, outcome: 'changed' });
    }
    await finish(trx, { moved, closed, exits: [], by: { kind: 'person', id: operation.by }, now });
    const back = new Set(moved.map(({ advanced }) => advanced.enrolmentId));
    await takeInKept(
      trx,
      asked.filter(({ enrolmentId }) => back.has(enrolmentId)),
      now,
    );
    return rows;
  },
};

/** What they waited for the answer to, before they were moved. */
const askedBy = (stood: ReadonlyMap<string, Before>): AskedBy[] =>
  [...stood].flatMap(([enrolmentId, { node, wait }]) =>
    wait?.kind === 'answer' && wait.visit !== undefined
      ? [{ enrolmentId, node: wait.asked ?? node, visit: wait.visit }]
      : [],
  );

/** Where she was put, she stands still; else what she has done since cannot be taken back. */
function whyNot(
  { state, versionId, candidateId }: LoadedEnrolment,
  { candidate, put }: Before,
): string | null {
  if (isClosed(state.status)) return 'not-open';
  if (candidateId !== candidate) return 'merged';
  const stands =
    versionId === put.version &&
    state.status === 'open' &&
    state.node === put.node &&
    state.enteredAt === put.enteredAt &&
    canonicalJson(state.visits) === canonicalJson(put.visits);
  return stands ? null : 'moved-on';
}
