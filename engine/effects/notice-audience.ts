/** Pure: whom a notice means, and what it says: the same for every way of telling. */
import type { Facts } from '../facts.ts';
import { fillText } from '../templates/plain.ts';
import { TemplateProblem } from '../templates/template-problem.ts';
import { type Colleague, simulatedOwner } from '../whom.ts';
import type { SimulatedWorld } from './world.ts';

/** Everyone of a role means those who have it, not those above them. */
export type Audience =
  | { to: 'owner' }
  | { to: 'person'; personId: string }
  | { to: 'role'; role: 'viewer' | 'recruiter' | 'admin' };

/** As an effect answers that does nothing, or cannot. */
export type Untold =
  | { outcome: 'skipped'; code: string; detail: Record<string, unknown> }
  | { outcome: 'failed'; code: string; detail: Record<string, unknown> };

/** `given`: Liquid. */
export function sayingOf(given: string, facts: Facts): { text: string } | Untold {
  try {
    const text = fillText(given, facts);
    return text === '' ? { outcome: 'skipped', code: 'came-to-nothing', detail: {} } : { text };
  } catch (error) {
    if (!(error instanceof TemplateProblem)) throw error;
    return { outcome: 'failed', code: 'text-problem', detail: { message: error.message } };
  }
}

/** `told`: their names, or how many they are. */
export function hearersOf(whom: Audience, people: readonly Colleague[]): { told: string } | Untold {
  if (people.length === 0 && whom.to === 'person')
    return { outcome: 'failed', code: 'person-gone', detail: {} };
  if (people.length === 0) return { outcome: 'skipped', code: 'nobody-to-tell', detail: { to: whom.to } };
  const names = people.map((one) => one.name);
  return { told: names.length > 3 ? `${names.length} people` : names.join(', ') };
}

export function simulatedHearers(
  whom: Audience,
  { people = [] }: SimulatedWorld,
  facts: Facts,
): { people: Colleague[] } {
  if (whom.to === 'owner') return { people: simulatedOwner(facts, people) };
  if (whom.to === 'person') return { people: people.filter((one) => one.id === whom.personId) };
  // Who has which role is not known here; that somebody has it is.
  return { people: [{ id: whom.role, name: `every ${whom.role}`, email: '' }] };
}

export const nobodyToTell = ({ to }: Record<string, unknown>): string =>
  to === 'owner' ? 'There is no owner' : 'Nobody has this role';
