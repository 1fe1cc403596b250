/** Pure: the step that asks whether the candidate’s details may be kept, and writes what she answers by one click. */
import { z } from 'zod';
import { durationSchema } from '../time/duration.ts';
import { durationInWords } from '../time/words.ts';
import { askForSender, fromFields, fromInWords, fromSchema } from './from.ts';
import { invitationTemplate, inviting, templateField } from './invitation.ts';
import { defineStep } from './step.ts';

export const requestConsent = defineStep({
  type: 'request-consent',
  family: 'action',
  label: 'Consent',
  about:
    'Asks by a personal link whether the candidate’s details may be kept and used to write. One click answers it.',
  icon: 'shield-check',
  schema: z
    .object({ templateId: invitationTemplate, lasts: durationSchema, ...fromSchema })
    .superRefine(askForSender),
  fields: {
    templateId: templateField,
    ...fromFields,
    lasts: { kind: 'duration', label: 'Holds for', hint: 'From the click on.' },
  },
  initial: { lasts: 'P2Y' },
  summary: (data, names) => `Ask for consent for ${durationInWords(data.lasts)}${fromInWords(data, names)}`,
  ports: () => [{ id: 'next', label: '', side: 'bottom' }],
  writesMessage: true,
  sendsLink: true,
  compile: (data, to, pins) =>
    inviting(data, { kind: 'consent', name: 'Consent', lasts: data.lasts }, to.next ?? '', pins),
});
