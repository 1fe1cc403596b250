/** Pure: the step that invites the candidate to answer a survey. */
import { z } from 'zod';
import { askForSender, fromFields, fromInWords, fromSchema } from './from.ts';
import { invitationName, invitationTemplate, inviting, templateField } from './invitation.ts';
import { defineStep } from './step.ts';

export const survey = defineStep({
  type: 'survey',
  family: 'action',
  label: 'Survey',
  about: 'Sends a link to a survey of their own to the candidate.',
  icon: 'clipboard-list',
  schema: z
    .object({ templateId: invitationTemplate, name: invitationName, ...fromSchema })
    .superRefine(askForSender),
  fields: {
    name: { kind: 'text', label: 'Survey', placeholder: 'How the interview went' },
    templateId: templateField,
    ...fromFields,
  },
  initial: {},
  summary: (data, names) => `Ask: ${data.name}${fromInWords(data, names)}`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  writesMessage: true,
  sendsLink: true,
  compile: (data, to, pins) => inviting(data, { kind: 'survey', name: data.name }, to.next ?? '', pins),
});
