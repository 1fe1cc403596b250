/** Pure: the step that gives the candidate an owner. */
import { z } from 'zod';
import { defineStep } from './step.ts';
import { whomFields, whomInWords, whomIsNamed, whomOf, whomShape } from './whom.ts';

export const assignOwner = defineStep({
  type: 'assign-owner',
  family: 'action',
  label: 'Assign owner',
  about: 'Gives the candidate an owner: one person, several in turn, or whoever has the least to do.',
  icon: 'user-check',
  schema: z
    .object({
      ...whomShape,
      to: z.enum(['person', 'turn', 'load']),
      keep: z.boolean().optional(),
    })
    .superRefine(whomIsNamed),
  fields: {
    ...whomFields('Who', ['person', 'turn', 'load']),
    keep: { kind: 'toggle', label: 'Whoever has an owner keeps them', optional: true },
  },
  initial: { to: 'person' },
  summary: (data, names) => `Make ${whomInWords(data, names)} the owner`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  compile: ({ keep = false, ...data }, to) => ({
    op: 'effect',
    effect: 'candidate.assign',
    input: { whom: whomOf(data), keep },
    next: to.next ?? '',
  }),
});
