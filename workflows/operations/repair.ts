/** Operation: the same repair for many runs. */
import { lockAndLoadEach } from '../../db/queries/enrolments.ts';
import { nextToRepair } from '../../db/queries/moving.ts';
import { repairRuns } from '../../db/queries/repairs.ts';
import type { OperationHandler } from './operation.ts';

export const repair: OperationHandler<'repair'> = {
  next: (trx, { flowId, spec, cursor }, limit) => nextToRepair(trx, flowId, spec.who, cursor, limit),

  async work(trx, { spec: { action, node }, by }, turns, now) {
    const runs = await lockAndLoadEach(
      trx,
      turns.map((turn) => turn.ref),
    );
    return repairRuns(trx, runs, { action, node, by: { kind: 'person', id: by }, now, lane: 'bulk' });
  },
};
