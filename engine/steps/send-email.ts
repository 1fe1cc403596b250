/** Pure: the step that writes an email to the candidate. */
import { z } from 'zod';
import { defineStep } from './step.ts';

export const sendEmail = defineStep({
  type: 'send-email',
  family: 'action',
  label: 'Email',
  about: 'Sends a template to the candidate’s address.',
  icon: 'mail',
  schema: z.object({ templateId: z.string().min(1) }),
  fields: { templateId: { kind: 'template', label: 'Template' } },
  initial: {},
  summary: (data, names) => `Send “${names.template(data.templateId) ?? 'a template that is gone'}”`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  writesMessage: true,
  compile: (data, to, pins) => ({
    op: 'effect',
    effect: 'email.send',
    input: { templateId: data.templateId, templateVersionId: pins.templates[data.templateId] ?? '' },
    next: to.next ?? '',
  }),
});
