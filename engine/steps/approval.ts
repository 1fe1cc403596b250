/** Pure: the step that waits for a person's approval, but not for ever. */
import { z } from 'zod';
import { durationSchema } from '../time/duration.ts';
import { durationInWords } from '../time/words.ts';
import { defineStep } from './step.ts';
import { whomFields, whomInWords, whomIsNamed, whomOf, whomShape } from './whom.ts';

export const approval = defineStep({
  type: 'approval',
  family: 'wait',
  label: 'Approval',
  about: 'Asks a person to approve or decline, and waits for the answer or until the time is up.',
  icon: 'stamp',
  schema: z
    .object({
      title: z.string().trim().min(1).max(300),
      body: z.string().trim().max(5000).optional(),
      ...whomShape,
      timeout: durationSchema,
    })
    .superRefine(whomIsNamed),
  fields: {
    title: {
      kind: 'text',
      label: 'Question',
      placeholder: 'Invite {{ candidate.firstName }} to the final round?',
      templated: true,
    },
    body: { kind: 'long-text', label: 'Details', optional: true, templated: true },
    ...whomFields('Who decides', ['owner', 'person', 'turn', 'load']),
    timeout: { kind: 'duration', label: 'At most' },
  },
  initial: { to: 'owner', timeout: 'P3D' },
  summary: (data, names) =>
    `Wait ${durationInWords(data.timeout)} for ${whomInWords(data, names)}: ${data.title}`,
  ports: ({ timeout }) => [
    { id: 'approved', label: 'Approved', side: 'bottom' },
    { id: 'declined', label: 'Declined', side: 'bottom' },
    { id: 'timeout', label: `No answer in ${durationInWords(timeout)}`, side: 'right' },
  ],
  draftPorts: () => [
    { id: 'approved', label: 'Approved', side: 'bottom' },
    { id: 'declined', label: 'Declined', side: 'bottom' },
    { id: 'timeout', label: 'No answer', side: 'right' },
  ],
  compile: ({ title, body, timeout, ...data }, to) => ({
    op: 'effect',
    effect: 'task.create',
    input: { of: 'approval', title, body: body || null, whom: whomOf(data), due: timeout },
    // There always is something to approve; should it be skipped one day, nobody has answered.
    port: 'timeout',
    next: to.timeout ?? '',
    answer: {
      event: 'task.answered',
      ports: { approved: to.approved ?? '', declined: to.declined ?? '' },
      timeout,
      onTimeout: to.timeout ?? '',
    },
  }),
});
