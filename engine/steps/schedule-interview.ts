/** Pure: the step that invites the candidate to choose a time. */
import { z } from 'zod';
import { invitationName, invitationTemplate, inviting, templateField } from './invitation.ts';
import { defineStep } from './step.ts';

export const scheduleInterview = defineStep({
  type: 'schedule-interview',
  family: 'action',
  label: 'Scheduling',
  about: 'Sends a link by which the candidate chooses a time.',
  icon: 'calendar-plus',
  schema: z.object({ templateId: invitationTemplate, name: invitationName }),
  fields: {
    name: { kind: 'text', label: 'What it is for', placeholder: 'Interview with the team' },
    templateId: templateField,
  },
  initial: {},
  summary: ({ name }) => `Choose a time: ${name}`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  writesMessage: true,
  sendsLink: true,
  compile: ({ templateId, name }, to, pins) =>
    inviting(templateId, { kind: 'scheduling', name }, to.next ?? '', pins),
});
