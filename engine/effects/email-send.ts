/** Pure: writing an email to the candidate. What leaves the house is checked once more when it leaves. */
import type { ContactClass } from '../contact/classes.ts';
import { consentRefusal, consentRefusalWords } from '../contact/consent.ts';
import { nextOpening } from '../contact/hours.ts';
import type { From, InNameOf } from '../contact/senders.ts';
import {
  type ContactSettings,
  holidaysFor,
  hoursFor,
  type MessageContact,
  readContactSettings,
  type StepContact,
} from '../contact/settings.ts';
import type { NewEvent } from '../events.ts';
import type { Facts } from '../facts.ts';
import { type Invitation, type Invite, invitedBy } from '../invitations.ts';
import { renderMessage } from '../templates/render.ts';
import { TemplateProblem } from '../templates/template-problem.ts';
import { addDuration, zoneFor } from '../time/calendar.ts';
import { instantInWords } from '../time/words.ts';
import type { EffectDefinition } from './effect.ts';
import type { SimulatedWorld } from './world.ts';

export interface EmailSend {
  /**
   * `contact`: what flow and step say of it; absent: nothing. `invite`: what the personal link in it is for; absent: it
   * has none. `from`: in whose name; absent: the workspace's.
   */
  input: {
    templateId: string;
    templateVersionId: string;
    contact?: StepContact;
    invite?: Invite;
    from?: From;
  };
  /** Null template: gone. `suppressed`: why this address may not be written to, as a sentence. */
  known: {
    template: { name: string; subject: string; body: string } | null;
    suppressed: string | null;
    contact?: ContactSettings;
    /** The flow is on hold: what it writes leaves once a person lets it go. */
    held?: boolean;
    /** Null: the email has no link of its own. */
    invitation: Invitation | null;
    /** The sender of whom the step speaks by id; null: gone. Absent: it speaks of none. */
    sender?: InNameOf | null;
  };
  decision: {
    to: string;
    subject: string;
    html: string;
    text: string;
    sending?: Sending;
    held?: true;
    invitation: Invitation | null;
    /** Absent: the workspace. */
    from?: InNameOf;
  };
}

/** What the message carries for the arbiter, and the first instant (ms) that its hours allow. */
export interface Sending extends MessageContact {
  class: ContactClass;
  priority: number;
  notBefore: number;
  /** The public holiday for which it waits, if it does. */
  holiday?: string;
}

function sendingOf(
  contact: StepContact,
  usual: ContactSettings,
  facts: Facts,
  now: number,
): Sending | 'never' {
  const timeZone = zoneFor(facts);
  const staleAt = contact.skipAfter ? addDuration(now, contact.skipAfter, timeZone) : null;
  const { hours, skipHolidays } = hoursFor(contact, usual);
  const { country } = facts.candidate;
  const carried: MessageContact = {
    hours,
    timeZone,
    staleAt,
    ...(skipHolidays ? { skipHolidays, country } : {}),
  };
  const open = nextOpening(now, { hours, timeZone, holidaysOf: holidaysFor(carried) });
  if (open === null) return 'never';
  return {
    class: contact.class,
    priority: contact.priority,
    ...carried,
    notBefore: open.at,
    ...(open.holiday === null ? {} : { holiday: open.holiday }),
  };
}

const momentOf = (iso: string, zone: unknown): string =>
  instantInWords(Date.parse(iso), typeof zone === 'string' ? zone : 'UTC', Date.parse(iso));

/** Null: there is nobody of whom the step speaks. An owner writes from the workspace's address. */
function inNameOf(from: From, sender: InNameOf | null, { owner }: Facts): InNameOf | null {
  if (from.kind === 'sender') return sender;
  return owner && { name: owner.fullName, address: null, replyTo: null };
}

function simulatedSender(id: string, { senders = [] }: SimulatedWorld): InNameOf | null {
  const found = senders.find((one) => one.id === id);
  return found ? { name: found.name, address: found.address ?? null, replyTo: found.replyTo ?? null } : null;
}

/** What a simulation puts where the link would stand. */
const simulated: Invitation = { id: 'invitation', token: '', link: 'https://jobs.example/i/personal-link' };

const invited = ({ kind, name }: Invite, { id }: Invitation): NewEvent => ({
  type: invitedBy[kind],
  data: { invitation: id, name },
});

export const emailSend: EffectDefinition<'email.send'> = {
  type: 'email.send',
  decide(
    { templateId, contact, invite, from: asked },
    { template, suppressed, contact: usual, invitation, held, sender },
    facts,
    now,
  ) {
    if (!template) return { outcome: 'failed', code: 'template-gone', detail: { templateId } };
    const detail = { templateId, template: template.name };
    const { email, status } = facts.candidate;
    if (!email) return { outcome: 'skipped', code: 'no-address', detail };
    if (status === 'do-not-contact') return { outcome: 'skipped', code: 'do-not-contact', detail };
    const refused = consentRefusal(
      contact?.class ?? 'process',
      facts.candidate,
      invite?.kind === 'consent',
      now,
    );
    if (refused) return { outcome: 'skipped', code: refused, detail };
    if (suppressed !== null)
      return { outcome: 'skipped', code: 'suppressed', detail: { ...detail, reason: suppressed } };
    const sending = contact ? sendingOf(contact, usual ?? readContactSettings(null), facts, now) : null;
    if (sending === 'never') return { outcome: 'skipped', code: 'no-hours', detail };
    const from = asked && inNameOf(asked, sender ?? null, facts);
    if (from === null)
      return {
        outcome: 'failed',
        code: asked?.kind === 'owner' ? 'sender-no-owner' : 'sender-gone',
        detail,
      };
    try {
      const message = renderMessage(template, { ...facts, link: invitation?.link ?? null });
      const notBefore = sending && sending.notBefore > now ? new Date(sending.notBefore).toISOString() : null;
      return {
        outcome: 'done',
        detail: {
          ...detail,
          subject: message.subject,
          ...(from ? { from: from.name } : {}),
          ...(held ? { held } : notBefore ? { notBefore, zone: zoneFor(facts) } : {}),
          ...(!held && notBefore && sending?.holiday ? { holiday: sending.holiday } : {}),
        },
        decision: {
          to: email,
          ...message,
          invitation,
          ...(from ? { from } : {}),
          ...(sending ? { sending } : {}),
          ...(held ? { held } : {}),
        },
        events: invite && invitation ? [invited(invite, invitation)] : [],
        facts,
      };
    } catch (error) {
      if (!(error instanceof TemplateProblem)) throw error;
      return {
        outcome: 'failed',
        code: 'template-problem',
        detail: { ...detail, variable: error.variable, message: error.message },
      };
    }
  },
  simulate: ({ templateId, invite, from }, world) => ({
    ...(from?.kind === 'sender' ? { sender: simulatedSender(from.id, world) } : {}),
    invitation: invite ? simulated : null,
    template: world.templates.find((each) => each.id === templateId) ?? null,
    suppressed: world.suppressed ?? null,
    contact: world.contact,
  }),
  // What becomes of it without anybody’s doing: whether she answers is hers to decide.
  causes: ({ templateId, invite }) => [
    ...(invite ? [{ type: invitedBy[invite.kind], data: { name: invite.name } }] : []),
    ...(['message.sent', 'message.delivered', 'message.bounced', 'message.failed'] as const).map((type) => ({
      type,
      data: { templateId },
    })),
  ],
  words: {
    done: ({ template }) => `Sent “${template}”`,
    unchanged: ({ template }) => `Email “${template}”`,
    skipped: ({ template }) => `Did not send “${template}”`,
    failed: ({ template }) => `Could not send “${template ?? 'a template that is gone'}”`,
    codes: {
      'consent-withdrawn': () => consentRefusalWords['consent-withdrawn'],
      'consent-expired': () => consentRefusalWords['consent-expired'],
      suppressed: ({ reason }) => String(reason ?? 'Nothing may be sent to this address'),
      'sender-gone': () => 'The sender in whose name it goes out is gone',
      'sender-no-owner': () => 'There is no owner in whose name it could go out',
      'paused-too-long': () => 'The flow was paused, and by now this comes too late',
      'no-hours': () => 'The hours for sending of the flow and of this step never meet',
      'template-problem': ({ message }) => String(message ?? 'The template cannot be filled in'),
    },
    notes: ({ from, subject, notBefore, zone, held, holiday }) => [
      ...(subject ? [{ mark: 'note' as const, text: `“${subject}”` }] : []),
      ...(typeof from === 'string' ? [{ mark: 'note' as const, text: `In the name of ${from}` }] : []),
      ...(held === true
        ? [{ mark: 'note' as const, text: 'Held until someone lets it go: the flow was on hold' }]
        : []),
      ...(typeof notBefore === 'string'
        ? [
            {
              mark: 'note' as const,
              text:
                typeof holiday === 'string'
                  ? `Goes out at ${momentOf(notBefore, zone)}: before, it is ${holiday}, a public holiday there`
                  : `Goes out at ${momentOf(notBefore, zone)}, within the hours for sending`,
            },
          ]
        : []),
    ],
  },
};
