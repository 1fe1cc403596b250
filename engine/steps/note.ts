/** Pure: the step that writes a note on the candidate. */
import { z } from 'zod';
import { withLabels } from '../templates/variables.ts';
import { defineStep } from './step.ts';

const shortest = (text: string) => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

export const note = defineStep({
  type: 'note',
  family: 'action',
  label: 'Note',
  about: 'Writes a note on the candidate, for colleagues.',
  icon: 'sticky-note',
  schema: z.object({ body: z.string().trim().min(1).max(20_000) }),
  fields: {
    body: {
      kind: 'long-text',
      label: 'Note',
      hint: 'May hold variables, such as {{ job.title }}.',
      templated: true,
    },
  },
  initial: {},
  summary: ({ body }) => `Note: ${shortest(withLabels(body).replace(/\s+/g, ' '))}`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  compile: ({ body }, to) => ({ op: 'effect', effect: 'note.add', input: { body }, next: to.next ?? '' }),
});
