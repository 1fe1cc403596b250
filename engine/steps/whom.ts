/** Pure: how a step asks for a person: the owner, someone by name, or one of several. */
import { z } from 'zod';
import type { Whom } from '../whom.ts';
import type { Field, Names } from './step.ts';

const shape = {
  personId: z.string().min(1).optional(),
  peopleIds: z.array(z.string().min(1)).min(1).max(50).optional(),
};
/** As it stands in `data`. */
export interface WhomData {
  to: Whom['to'];
  personId?: string;
  peopleIds?: string[];
}

export const whomShape = { to: z.enum(['owner', 'person', 'turn', 'load']), ...shape };

/** Whoever is to be named has to be named. */
export function whomIsNamed({ to, personId, peopleIds }: WhomData, context: z.core.$RefinementCtx): void {
  if (to === 'person' && !personId)
    context.addIssue({ code: 'custom', path: ['personId'], message: 'nobody is named.' });
  if ((to === 'turn' || to === 'load') && !peopleIds?.length)
    context.addIssue({ code: 'custom', path: ['peopleIds'], message: 'nobody is named.' });
}

const words = {
  owner: 'The candidate’s owner',
  person: 'One person',
  turn: 'Several people in turn',
  load: 'Whoever of several has the least to do',
} satisfies Record<Whom['to'], string>;

export const whomFields = (
  label: string,
  choices: Whom['to'][],
): { [K in keyof Required<WhomData>]: Field } => ({
  to: { kind: 'choice', label, options: choices.map((value) => ({ value, label: words[value] })) },
  personId: { kind: 'person', label: 'Person', hint: 'Where it is one person.', optional: true },
  peopleIds: { kind: 'people', label: 'People', hint: 'Where it is one of several.', optional: true },
});

export function whomOf({ to, personId = '', peopleIds = [] }: WhomData): Whom {
  if (to === 'owner') return { to };
  return to === 'person' ? { to, personId } : { to, peopleIds };
}

/** "the owner", "Marta Dias", "one of 3 people in turn". */
export function whomInWords(data: WhomData, names: Names): string {
  const { to, personId = '', peopleIds = [] } = data;
  if (to === 'owner') return 'the owner';
  const name = (id: string) => names.person(id) ?? 'a person who is gone';
  if (to === 'person') return name(personId);
  const among = peopleIds.length === 1 ? name(peopleIds[0] ?? '') : `one of ${peopleIds.length} people`;
  return to === 'turn' ? `${among} in turn` : `${among} by load`;
}
