/** Effect: a tag off the candidate. */
import { removeTags } from '../../db/queries/effects.ts';
import type { EffectHandler } from './effect.ts';

export const candidateUntag: EffectHandler<'candidate.untag'> = {
  know: async (asked) => asked.map(() => ({})),
  write: (decided, { trx }) =>
    removeTags(
      trx,
      decided.map(({ decision, place: { candidateId, now } }) => ({ candidateId, tags: decision.tags, now })),
    ),
};
