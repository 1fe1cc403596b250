/** Pure: the step that invites the candidate to an event. */
import { z } from 'zod';
import { askForSender, fromFields, fromInWords, fromSchema } from './from.ts';
import { invitationName, invitationTemplate, inviting, templateField } from './invitation.ts';
import { defineStep } from './step.ts';

export const inviteToEvent = defineStep({
  type: 'invite-to-event',
  family: 'action',
  label: 'Event',
  about: 'Sends a personal invitation to an event to the candidate.',
  icon: 'ticket',
  schema: z
    .object({ templateId: invitationTemplate, name: invitationName, ...fromSchema })
    .superRefine(askForSender),
  fields: {
    name: { kind: 'text', label: 'Event', placeholder: 'Open evening in Lisbon' },
    templateId: templateField,
    ...fromFields,
  },
  initial: {},
  summary: (data, names) => `Invite to ${data.name}${fromInWords(data, names)}`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  writesMessage: true,
  sendsLink: true,
  compile: (data, to, pins) => inviting(data, { kind: 'gathering', name: data.name }, to.next ?? '', pins),
});
