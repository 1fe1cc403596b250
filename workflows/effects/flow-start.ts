/** Effect: another flow is asked to let the candidate in. The event says who asked; the router answers for it. */
import { startableFlows } from '../../db/queries/effects.ts';
import type { EffectHandler } from './effect.ts';

export const flowStart: EffectHandler<'flow.start'> = {
  async know(asked, { trx }) {
    const flows = await startableFlows(
      trx,
      asked.map(({ input }) => input.flowId),
    );
    return asked.map(({ place: { enrolmentId, node, visit } }, index) => ({
      flow: flows[index] ?? null,
      asker: { enrolmentId, node, visit },
    }));
  },
  write: async () => {},
};
