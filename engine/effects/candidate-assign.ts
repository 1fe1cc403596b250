/** Pure: giving the candidate an owner. */
import type { NewEvent } from '../events.ts';
import { type Colleague, type KnownPeople, simulatedPeople, type Whom, whoIsMeant } from '../whom.ts';
import type { EffectDefinition } from './effect.ts';

export interface CandidateAssign {
  /** `keep`: whoever has an owner keeps her. */
  input: { whom: Whom; keep: boolean };
  known: KnownPeople;
  decision: { person: Colleague };
}

/** What a new owner makes known, whoever decides it. Null: nobody from now on. */
export const assignmentEvent = (ownerId: string | null): NewEvent => ({
  type: 'candidate.assigned',
  data: { ownerId },
});

export const candidateAssign: EffectDefinition<'candidate.assign'> = {
  type: 'candidate.assign',
  decide({ whom, keep }, known, facts) {
    const { owner } = facts;
    if (keep && owner) return { outcome: 'unchanged', code: 'has-owner', detail: { owner: owner.fullName } };
    const person = whoIsMeant(whom, known);
    if (!person) return { outcome: 'failed', code: 'person-gone', detail: { to: whom.to } };
    const detail = { to: whom.to, personId: person.id, owner: person.name };
    if (owner?.email === person.email) return { outcome: 'unchanged', code: 'already-owner', detail };
    const firstName = person.name.split(' ')[0] || null;
    return {
      outcome: 'done',
      detail,
      decision: { person },
      events: [assignmentEvent(person.id)],
      facts: { ...facts, owner: { firstName, fullName: person.name, email: person.email } },
    };
  },
  simulate: ({ whom }, { people = [] }, facts) => simulatedPeople(whom, people, facts),
  causes: ({ whom }) => [
    { type: 'candidate.assigned', data: whom.to === 'person' ? { ownerId: whom.personId } : {} },
  ],
  words: {
    done: ({ owner }) => `Made ${owner} the owner`,
    unchanged: ({ owner }) => `Owner ${owner}`,
    skipped: () => 'Did not change the owner',
    failed: () => 'Could not give it an owner',
    codes: {
      'has-owner': () => 'Had an owner already',
      'already-owner': () => 'Was the owner already',
    },
    notes: ({ to }) =>
      to === 'turn' || to === 'load'
        ? [{ mark: 'note', text: to === 'turn' ? 'It was their turn' : 'Had the least to do' }]
        : [],
  },
};
