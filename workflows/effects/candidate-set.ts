/** Effect: one field of the candidate. */
import { writeFields } from '../../db/queries/candidate-fields.ts';
import type { EffectHandler } from './effect.ts';

export const candidateSet: EffectHandler<'candidate.set'> = {
  know: async (asked) => asked.map(() => ({})),
  write: (decided, { trx }) =>
    writeFields(
      trx,
      decided.map(({ decision, place: { candidateId, now } }) => ({ candidateId, ...decision, now })),
    ),
};
