/** Effect: a message, rendered now and queued for the deliverer. It leaves the house only there. */
import { randomBytes } from 'node:crypto';
import { newId } from '../../db/id.ts';
import {
  knownTemplates,
  type MessageToQueue,
  queueMessages,
  whySuppressed,
} from '../../db/queries/effects.ts';
import { withFooter } from '../../engine/templates/footer.ts';
import type { Decided, EffectHandler, House } from './effect.ts';

export const emailSend: EffectHandler<'email.send'> = {
  async know(asked, { trx }) {
    const known = await knownTemplates(
      trx,
      asked.map(({ input, place }) => ({
        versionId: input.templateVersionId,
        address: place.facts.candidate.email,
      })),
    );
    return known.map(({ template, suppression, contact }, index) => ({
      template,
      contact,
      suppressed: whySuppressed((asked[index] as (typeof asked)[number]).place.facts, suppression),
    }));
  },
  write: (decided, { trx, house }) =>
    queueMessages(
      trx,
      decided.map((one) => messageOf(one, house)),
    ),
};

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
    from: house.mailFrom,
    to: decision.to,
    replyTo: `reply+${token}@${house.replyDomain}`,
    subject: decision.subject,
    html: body.html,
    text: body.text,
    sending: decision.sending ?? null,
    now: place.now,
  };
}
