/** Pure: the step that invites the candidate to answer a survey. */
import { z } from 'zod';
import { invitationName, invitationTemplate, inviting, templateField } from './invitation.ts';
import { defineStep } from './step.ts';

export const survey = defineStep({
  type: 'survey',
  family: 'action',
  label: 'Survey',
  about: 'Sends a link to a survey of their own to the candidate.',
  icon: 'clipboard-list',
  schema: z.object({ templateId: invitationTemplate, name: invitationName }),
  fields: {
    name: { kind: 'text', label: 'Survey', placeholder: 'How the interview went' },
    templateId: templateField,
  },
  initial: {},
  summary: ({ name }) => `Ask: ${name}`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  writesMessage: true,
  sendsLink: true,
  compile: ({ templateId, name }, to, pins) =>
    inviting(templateId, { kind: 'survey', name }, to.next ?? '', pins),
});
