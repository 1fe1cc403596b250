/** Pure: the step that writes an email to the candidate. */
import { z } from 'zod';
import type { From } from '../contact/senders.ts';
import { stepContactFields } from '../contact/settings.ts';
import { stepHours } from '../contact/step-hours.ts';
import { defineStep, type Names } from './step.ts';

interface Said {
  from?: 'workspace' | 'owner' | 'sender';
  senderId?: string;
}

/** Nothing said: nothing stands in the plan, and old plans keep their hash. */
function fromOf({ from, senderId = '' }: Said): { from?: From } {
  if (from === 'owner') return { from: { kind: 'owner' } };
  return from === 'sender' ? { from: { kind: 'sender', id: senderId } } : {};
}

function inWords({ from, senderId = '' }: Said, names: Names): string {
  if (from === 'owner') return ' as the owner';
  return from === 'sender' ? ` as ${names.sender?.(senderId) ?? 'a sender who is gone'}` : '';
}

export const sendEmail = defineStep({
  type: 'send-email',
  family: 'action',
  label: 'Email',
  about: 'Sends a template to the candidate’s address.',
  icon: 'mail',
  schema: z
    .object({
      templateId: z.string().min(1),
      from: z.enum(['workspace', 'owner', 'sender']).optional(),
      senderId: z.string().min(1).optional(),
      ...stepContactFields,
    })
    .superRefine((data, context) => {
      if (data.from === 'sender' && !data.senderId)
        context.addIssue({ code: 'custom', path: ['senderId'], message: 'no sender is chosen.' });
      const { problem } = stepHours(data);
      if (problem) context.addIssue({ code: 'custom', ...problem });
    }),
  fields: {
    templateId: { kind: 'template', label: 'Template' },
    from: {
      kind: 'choice',
      label: 'In whose name',
      hint: 'Answers come back to this flow whoever it is.',
      optional: true,
      options: [
        { value: 'workspace', label: 'The workspace' },
        { value: 'owner', label: 'The candidate’s owner' },
        { value: 'sender', label: 'A sender of the workspace' },
      ],
    },
    senderId: { kind: 'sender', label: 'Sender', shown: { field: 'from', is: ['sender'] } },
    urgent: { kind: 'toggle', label: 'Send at once, at any hour', optional: true },
    sendFrom: { kind: 'time', label: 'Send from', hint: 'On the candidate’s clock.', optional: true },
    sendTo: { kind: 'time', label: 'Send until', optional: true },
    sendDays: { kind: 'weekdays', label: 'Send on', optional: true },
    skipAfter: {
      kind: 'duration',
      label: 'Skip if it would be later than',
      hint: 'Empty: late is better than never.',
      optional: true,
    },
  },
  initial: {},
  summary: (data, names) =>
    `Send “${names.template(data.templateId) ?? 'a template that is gone'}”${inWords(data, names)}`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  writesMessage: true,
  compile: (data, to, pins) => ({
    op: 'effect',
    effect: 'email.send',
    input: {
      templateId: data.templateId,
      templateVersionId: pins.templates[data.templateId] ?? '',
      ...fromOf(data),
    },
    next: to.next ?? '',
  }),
});
