/** Pure: the step that asks whether the candidate’s details may be kept, and writes what she answers by one click. */
import { z } from 'zod';
import { durationSchema } from '../time/duration.ts';
import { durationInWords } from '../time/words.ts';
import { invitationTemplate, inviting, templateField } from './invitation.ts';
import { defineStep } from './step.ts';

export const requestConsent = defineStep({
  type: 'request-consent',
  family: 'action',
  label: 'Consent',
  about:
    'Asks by a personal link whether the candidate’s details may be kept and used to write. One click answers it.',
  icon: 'shield-check',
  schema: z.object({ templateId: invitationTemplate, lasts: durationSchema }),
  fields: {
    templateId: templateField,
    lasts: { kind: 'duration', label: 'Holds for', hint: 'From the click on.' },
  },
  initial: { lasts: 'P2Y' },
  summary: ({ lasts }) => `Ask for consent for ${durationInWords(lasts)}`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  writesMessage: true,
  sendsLink: true,
  compile: ({ templateId, lasts }, to, pins) =>
    inviting(templateId, { kind: 'consent', name: 'Consent', lasts }, to.next ?? '', pins),
});
