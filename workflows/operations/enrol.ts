/** Operation: a pool, or many candidates, asked into a flow, at most so many a minute. The router decides about each. */
import { askIn, nextToEnrol } from '../../db/queries/enrolling.ts';
import type { OperationHandler } from './operation.ts';

export const enrol: OperationHandler<'enrol'> = {
  next: (trx, { spec, cursor }, limit) => nextToEnrol(trx, spec.from, cursor, limit),

  async work(trx, { id, flowId, by }, turns, now) {
    const asked = await askIn(
      trx,
      {
        flowId,
        candidateIds: turns.map((turn) => turn.candidateId),
        by: { kind: 'person', id: by },
        data: { bulk: true, operationId: id },
      },
      now,
    );
    const here = new Set(asked.here);
    const merged = new Set(asked.merged);
    return turns
      .filter(({ ref }) => here.has(ref) || merged.has(ref))
      .map(({ ref, candidateId }) =>
        here.has(ref)
          ? { ref, candidateId, outcome: 'changed' as const }
          : { ref, candidateId, outcome: 'left-out' as const, code: 'merged' },
      );
  },

  perMinute: ({ spec }) => spec.perMinute,
};
