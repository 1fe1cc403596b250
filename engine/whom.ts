/** Pure: whom a step means among the people who work here, and which of them it comes to. */
import type { Facts } from './facts.ts';

export interface Colleague {
  id: string;
  name: string;
  email: string;
}

/** `owner`: the candidate's. `turn`: one after the other. `load`: whoever has the fewest candidates and tasks. */
export type Whom =
  | { to: 'owner' }
  | { to: 'person'; personId: string }
  | { to: Choosing; peopleIds: string[] };
export type Choosing = 'turn' | 'load';

/** What there is to know of whoever may be meant. */
export interface KnownPeople {
  /** Those named who still work here, in the order in which they were named; the owner, if she is meant. */
  people: Colleague[];
  /** How often this step has come to someone in turn before. */
  turn: number;
  /** id → candidates with an open application and open tasks. Absent: none. */
  load: Readonly<Record<string, number>>;
}

export const isChoosing = (whom: Whom): whom is Extract<Whom, { to: Choosing }> =>
  whom.to === 'turn' || whom.to === 'load';

/** Null: nobody. Of several with the same load the one named first. */
export function whoIsMeant(whom: Whom, { people, turn, load }: KnownPeople): Colleague | null {
  if (people.length === 0) return null;
  if (whom.to === 'turn') return people[turn % people.length] ?? null;
  if (whom.to !== 'load') return people[0] ?? null;
  const of = (one: Colleague) => load[one.id] ?? 0;
  return people.reduce((least, one) => (of(one) < of(least) ? one : least));
}

/** In a simulated world the owner is whoever the facts say. */
export function simulatedOwner({ owner }: Facts, people: readonly Colleague[]): Colleague[] {
  if (!owner) return [];
  const known = people.find((one) => one.email === owner.email);
  return [known ?? { id: owner.email, name: owner.fullName, email: owner.email }];
}

/** In a simulated world it is the first one's turn, and nobody has anything to do yet. */
export function simulatedPeople(whom: Whom, people: readonly Colleague[], facts: Facts): KnownPeople {
  const ids = isChoosing(whom) ? whom.peopleIds : whom.to === 'person' ? [whom.personId] : [];
  return {
    people:
      whom.to === 'owner'
        ? simulatedOwner(facts, people)
        : ids.flatMap((id) => people.find((one) => one.id === id) ?? []),
    turn: 0,
    load: {},
  };
}
