/** Effect: a tag on the candidate. */
import { addTag } from '../../db/queries/effects.ts';
import type { EffectHandler } from './effect.ts';

export const candidateTag: EffectHandler<'candidate.tag'> = {
  know: async () => ({}),
  write: (decision, _input, { trx, candidateId, now }) => addTag(trx, candidateId, decision.tag, now),
};
