/** Effect: the application moves to another stage of its pipeline. */
import { moveApplications, stagesNamed } from '../../db/queries/effects.ts';
import type { EffectHandler } from './effect.ts';

export const applicationMove: EffectHandler<'application.move'> = {
  async know(asked, { trx }) {
    const stages = await stagesNamed(
      trx,
      asked.map(({ input, place }) => ({
        pipelineId: place.facts.application?.pipelineId ?? null,
        name: input.stage,
      })),
    );
    return stages.map((stage) => ({ stage }));
  },
  write: (decided, { trx }) =>
    moveApplications(
      trx,
      decided.map(({ decision, place }) => ({
        ...decision,
        by: { kind: 'flow', id: place.flowId },
        now: place.now,
      })),
    ),
};
