/** Pure: telling colleagues something, in the app. */
import { fillText } from '../templates/plain.ts';
import { TemplateProblem } from '../templates/template-problem.ts';
import { type Colleague, simulatedOwner } from '../whom.ts';
import type { EffectDefinition } from './effect.ts';

/** Everyone of a role means those who have it, not those above them. */
export type Audience =
  | { to: 'owner' }
  | { to: 'person'; personId: string }
  | { to: 'role'; role: 'viewer' | 'recruiter' | 'admin' };

export interface NoticeCreate {
  /** `text`: Liquid. */
  input: { whom: Audience; text: string };
  known: { people: Colleague[] };
  decision: { text: string; personIds: string[] };
}

export const noticeCreate: EffectDefinition<'notice.create'> = {
  type: 'notice.create',
  decide({ whom, text: given }, { people }, facts) {
    try {
      const text = fillText(given, facts).replace(/\s+/g, ' ');
      if (text === '') return { outcome: 'skipped', code: 'came-to-nothing', detail: {} };
      if (people.length === 0 && whom.to === 'person')
        return { outcome: 'failed', code: 'person-gone', detail: {} };
      if (people.length === 0) return { outcome: 'skipped', code: 'nobody-to-tell', detail: { to: whom.to } };
      const names = people.map((one) => one.name);
      return {
        outcome: 'done',
        detail: { told: names.length > 3 ? `${names.length} people` : names.join(', ') },
        decision: { text, personIds: people.map((one) => one.id) },
        events: [],
        facts,
      };
    } catch (error) {
      if (!(error instanceof TemplateProblem)) throw error;
      return { outcome: 'failed', code: 'text-problem', detail: { message: error.message } };
    }
  },
  simulate({ whom }, { people = [] }, facts) {
    if (whom.to === 'owner') return { people: simulatedOwner(facts, people) };
    if (whom.to === 'person') return { people: people.filter((one) => one.id === whom.personId) };
    // Who has which role is not known here; that somebody has it is.
    return { people: [{ id: whom.role, name: `every ${whom.role}`, email: '' }] };
  },
  words: {
    done: ({ told }) => `Told ${told}`,
    unchanged: () => 'Told nobody anew',
    skipped: () => 'Told nobody',
    failed: () => 'Could not tell anyone',
    codes: {
      'nobody-to-tell': ({ to }) => (to === 'owner' ? 'There is no owner' : 'Nobody has this role'),
    },
  },
};
