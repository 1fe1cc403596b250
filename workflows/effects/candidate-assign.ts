/** Effect: the candidate gets an owner. */
import { assignOwners, knownPeople } from '../../db/queries/people.ts';
import type { EffectHandler } from './effect.ts';

export const candidateAssign: EffectHandler<'candidate.assign'> = {
  know: (asked, { trx }) =>
    knownPeople(
      trx,
      asked.map(({ input: { whom, keep }, place: { candidateId, flowId, node, facts } }) => ({
        whom,
        candidateId,
        flowId,
        node,
        chooses: !(keep && facts.owner),
      })),
    ),
  write: (decided, { trx }) =>
    assignOwners(
      trx,
      decided.map(({ decision, place: { candidateId, now } }) => ({
        candidateId,
        ownerId: decision.person.id,
        now,
      })),
    ),
};
