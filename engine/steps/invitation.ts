/** Pure: what the steps that write an email with a personal link have in common. */
import { z } from 'zod';
import type { Invite } from '../invitations.ts';
import type { EffectOp } from '../plan/ops.ts';
import { type FromData, fromOf } from './from.ts';
import type { Field, Pins } from './step.ts';

export const invitationName = z.string().trim().min(1).max(120);
export const invitationTemplate = z.string().min(1);

export const templateField: Field = {
  kind: 'template',
  label: 'Template',
  hint: 'Where {{ link }} stands, the candidate finds a link of their own.',
};

/** What such a step says of its mail. */
export type Inviting = FromData & { templateId: string };

/** The op: the email effect, with what the link is for. */
export const inviting = (data: Inviting, invite: Invite, next: string, pins: Pins): EffectOp => ({
  op: 'effect',
  effect: 'email.send',
  input: {
    templateId: data.templateId,
    templateVersionId: pins.templates[data.templateId] ?? '',
    invite,
    ...fromOf(data),
  },
  next,
});
