/** Effect: a message, rendered now and queued for the deliverer. It leaves the house only there. */
import { randomBytes } from 'node:crypto';
import { newId } from '../../db/id.ts';
import {
  knownTemplates,
  type MessageToQueue,
  queueMessages,
  whySuppressed,
} from '../../db/queries/effects.ts';
import { writeInvitations } from '../../db/queries/invitations.ts';
import { flowsOnHold } from '../../db/queries/on-hold.ts';
import { listSenders } from '../../db/queries/senders.ts';
import { mailboxOf } from '../../engine/contact/senders.ts';
import type { Invitation } from '../../engine/invitations.ts';
import { withFooter } from '../../engine/templates/footer.ts';
import type { Decided, EffectHandler, House } from './effect.ts';

export const emailSend: EffectHandler<'email.send'> = {
  async know(asked, { trx, house }) {
    const known = await knownTemplates(
      trx,
      asked.map(({ input, place }) => ({
        versionId: input.templateVersionId,
        address: place.facts.candidate.email,
      })),
    );
    const onHold = await flowsOnHold(
      trx,
      asked.map(({ place }) => place.flowId),
    );
    const senders = asked.some(({ input }) => input.from?.kind === 'sender') ? await listSenders(trx) : [];
    const senderOf = ({ input: { from } }: (typeof asked)[number]) =>
      from?.kind === 'sender' ? { sender: senders.find((one) => one.id === from.id) ?? null } : {};
    return known.map(({ template, suppression, contact }, index) => ({
      ...senderOf(asked[index] as (typeof asked)[number]),
      template,
      contact,
      held: onHold.has((asked[index] as (typeof asked)[number]).place.flowId),
      invitation: asked[index]?.input.invite ? newInvitation(asked[index].place.now, house) : null,
      suppressed: whySuppressed((asked[index] as (typeof asked)[number]).place.facts, suppression),
    }));
  },
  async write(decided, { trx, house }) {
    await queueMessages(
      trx,
      decided.map((one) => messageOf(one, house)),
    );
    await writeInvitations(
      trx,
      decided.flatMap(({ input: { invite }, decision: { invitation }, place }) =>
        invite && invitation
          ? [
              {
                id: invitation.id,
                token: invitation.token,
                invite,
                enrolmentId: place.enrolmentId,
                nodeId: place.node,
                visit: place.visit,
                now: place.now,
              },
            ]
          : [],
      ),
    );
  },
};

function newInvitation(now: number, { publicUrl }: House): Invitation {
  const token = randomBytes(24).toString('base64url');
  return { id: newId(now), token, link: `${publicUrl}/i/${token}` };
}

function messageOf({ decision, input, place }: Decided<'email.send'>, house: House): MessageToQueue {
  const token = randomBytes(24).toString('base64url');
  const body = withFooter(decision, {
    unsubscribeUrl: `${house.publicUrl}/u/${token}`,
    workspaceName: place.facts.workspace.name,
  });
  return {
    id: newId(place.now),
    candidateId: place.candidateId,
    applicationId: place.applicationId,
    enrolmentId: place.enrolmentId,
    flowId: place.flowId,
    versionId: place.versionId,
    nodeId: place.node,
    visit: place.visit,
    templateVersionId: input.templateVersionId,
    token,
    from: decision.from ? mailboxOf(decision.from, house.mailFrom) : house.mailFrom,
    to: decision.to,
    // The first address brings an answer to the run; the second lets a person read it as well.
    replyTo: [`reply+${token}@${house.replyDomain}`, decision.from?.replyTo].filter(Boolean).join(', '),
    subject: decision.subject,
    html: body.html,
    text: body.text,
    sending: decision.sending ?? null,
    held: decision.held ?? false,
    now: place.now,
  };
}
