/** Effect: the application moves to another stage of its pipeline. */
import { moveApplication, stageNamed } from '../../db/queries/effects.ts';
import type { EffectHandler } from './effect.ts';

export const applicationMove: EffectHandler<'application.move'> = {
  know: async (input, { trx, facts }) => ({
    stage: facts.application?.pipelineId
      ? await stageNamed(trx, facts.application.pipelineId, input.stage)
      : null,
  }),
  write: (decision, _input, { trx, flowId, now }) =>
    moveApplication(trx, { ...decision, by: { kind: 'flow', id: flowId } }, now),
};
