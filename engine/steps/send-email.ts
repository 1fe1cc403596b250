/** Pure: the step that writes an email to the candidate. */
import { z } from 'zod';
import { stepContactFields } from '../contact/settings.ts';
import { stepHours } from '../contact/step-hours.ts';
import { askForSender, fromFields, fromInWords, fromOf, fromSchema } from './from.ts';
import { defineStep } from './step.ts';

export const sendEmail = defineStep({
  type: 'send-email',
  family: 'action',
  label: 'Email',
  about: 'Sends a template to the candidate’s address.',
  icon: 'mail',
  schema: z
    .object({
      templateId: z.string().min(1),
      ...fromSchema,
      ...stepContactFields,
    })
    .superRefine((data, context) => {
      askForSender(data, context);
      const { problem } = stepHours(data);
      if (problem) context.addIssue({ code: 'custom', ...problem });
    }),
  fields: {
    templateId: { kind: 'template', label: 'Template' },
    ...fromFields,
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
    `Send “${names.template(data.templateId) ?? 'a template that is gone'}”${fromInWords(data, names)}`,
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
