/** Pure: the step that gives a person something to do. The run does not wait for it. */
import { z } from 'zod';
import { durationSchema } from '../time/duration.ts';
import { defineStep } from './step.ts';
import { whomFields, whomInWords, whomIsNamed, whomOf, whomShape } from './whom.ts';

export const task = defineStep({
  type: 'task',
  family: 'action',
  label: 'Task',
  about: 'Gives a person something to do. The flow goes on without waiting for it.',
  icon: 'square-check-big',
  schema: z
    .object({
      title: z.string().trim().min(1).max(300),
      body: z.string().trim().max(5000).optional(),
      ...whomShape,
      due: durationSchema.optional(),
    })
    .superRefine(whomIsNamed),
  fields: {
    title: {
      kind: 'text',
      label: 'What is to be done',
      placeholder: 'Call {{ candidate.firstName }}',
      templated: true,
    },
    body: { kind: 'long-text', label: 'Details', optional: true, templated: true },
    ...whomFields('For', ['owner', 'person', 'turn', 'load']),
    due: { kind: 'duration', label: 'Due in', optional: true },
  },
  initial: { to: 'owner' },
  summary: (data, names) => `Task for ${whomInWords(data, names)}: ${data.title}`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  compile: ({ title, body, due, ...data }, to) => ({
    op: 'effect',
    effect: 'task.create',
    input: { of: 'task', title, body: body || null, whom: whomOf(data), due: due ?? null },
    next: to.next ?? '',
  }),
});
