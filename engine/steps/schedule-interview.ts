/** Pure: the step that invites the candidate to choose a time. */
import { z } from 'zod';
import { askForSender, fromFields, fromInWords, fromSchema } from './from.ts';
import { invitationName, invitationTemplate, inviting, templateField } from './invitation.ts';
import { defineStep } from './step.ts';

export const scheduleInterview = defineStep({
  type: 'schedule-interview',
  family: 'action',
  label: 'Scheduling',
  about: 'Sends a link by which the candidate chooses a time.',
  icon: 'calendar-plus',
  schema: z
    .object({ templateId: invitationTemplate, name: invitationName, ...fromSchema })
    .superRefine(askForSender),
  fields: {
    name: { kind: 'text', label: 'What it is for', placeholder: 'Interview with the team' },
    templateId: templateField,
    ...fromFields,
  },
  initial: {},
  summary: (data, names) => `Choose a time: ${data.name}${fromInWords(data, names)}`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  writesMessage: true,
  sendsLink: true,
  compile: (data, to, pins) => inviting(data, { kind: 'scheduling', name: data.name }, to.next ?? '', pins),
});
