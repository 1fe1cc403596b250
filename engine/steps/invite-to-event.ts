/** Pure: the step that invites the candidate to an event. */
import { z } from 'zod';
import { invitationName, invitationTemplate, inviting, templateField } from './invitation.ts';
import { defineStep } from './step.ts';

export const inviteToEvent = defineStep({
  type: 'invite-to-event',
  family: 'action',
  label: 'Event',
  about: 'Sends a personal invitation to an event to the candidate.',
  icon: 'ticket',
  schema: z.object({ templateId: invitationTemplate, name: invitationName }),
  fields: {
    name: { kind: 'text', label: 'Event', placeholder: 'Open evening in Lisbon' },
    templateId: templateField,
  },
  initial: {},
  summary: ({ name }) => `Invite to ${name}`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  writesMessage: true,
  sendsLink: true,
  compile: ({ templateId, name }, to, pins) =>
    inviting(templateId, { kind: 'gathering', name }, to.next ?? '', pins),
});
