/** Pure: the step that holds contact with the candidate, or lets flows write again. */
import { z } from 'zod';
import type { Op } from '../plan/ops.ts';
import { durationSchema } from '../time/duration.ts';
import { durationInWords } from '../time/words.ts';
import { defineStep } from './step.ts';

export const contactHold = defineStep({
  type: 'contact-hold',
  family: 'action',
  label: 'Hold contact',
  about: 'Keeps flows from writing while someone talks to the candidate, or lets them write again.',
  icon: 'hand',
  schema: z
    .object({
      action: z.enum(['on', 'off']),
      for: durationSchema.optional(),
      covers: z.enum(['nurture', 'everything']).optional(),
    })
    .refine(({ action, for: length }) => action === 'off' || length !== undefined, {
      path: ['for'],
      message: 'say for how long contact is held',
    }),
  fields: {
    action: {
      kind: 'choice',
      label: 'What to do',
      options: [
        { value: 'on', label: 'Hold contact' },
        { value: 'off', label: 'Let flows write again' },
      ],
    },
    for: { kind: 'duration', label: 'For', optional: true },
    covers: {
      kind: 'choice',
      label: 'What keeps quiet',
      optional: true,
      options: [
        { value: 'nurture', label: 'All but the hiring process' },
        { value: 'everything', label: 'Every flow' },
      ],
    },
  },
  initial: { action: 'on', for: 'P14D' },
  summary: (data) =>
    data.action === 'off' ? 'Let flows write again' : `Hold contact for ${durationInWords(data.for ?? '')}`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  compile(data, to): Op {
    const next = to.next ?? '';
    if (data.action === 'off') return { op: 'effect', effect: 'contact.release', input: {}, next };
    const input = { for: data.for ?? '', covers: data.covers ?? ('nurture' as const) };
    return { op: 'effect', effect: 'contact.hold', input, next };
  },
});
