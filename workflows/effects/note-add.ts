/** Effect: a note on the candidate. */
import { writeNotes } from '../../db/queries/effects.ts';
import type { EffectHandler } from './effect.ts';

export const noteAdd: EffectHandler<'note.add'> = {
  know: async (asked) => asked.map(() => ({})),
  write: (decided, { trx }) =>
    writeNotes(
      trx,
      decided.map(({ decision: { body }, place: { candidateId, flowId, now } }) => ({
        candidateId,
        body,
        by: { kind: 'flow', id: flowId },
        now,
      })),
    ),
};
