/** Effect: a tag on the candidate. */
import { addTags } from '../../db/queries/effects.ts';
import type { EffectHandler } from './effect.ts';

export const candidateTag: EffectHandler<'candidate.tag'> = {
  know: async (asked) => asked.map(() => ({})),
  write: (decided, { trx }) =>
    addTags(
      trx,
      decided.map(({ decision, place: { candidateId, now } }) => ({ candidateId, tag: decision.tag, now })),
    ),
};
