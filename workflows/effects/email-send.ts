/** Effect: a message, rendered now and queued for the deliverer. It leaves the house only there. */
import { randomBytes } from 'node:crypto';
import { newId } from '../../db/id.ts';
import { knownTemplate, queueMessage, whySuppressed } from '../../db/queries/effects.ts';
import { withFooter } from '../../engine/templates/footer.ts';
import type { EffectHandler } from './effect.ts';

export const emailSend: EffectHandler<'email.send'> = {
  async know(input, { trx, facts }) {
    const { template, suppression } = await knownTemplate(
      trx,
      input.templateVersionId,
      facts.candidate.email,
    );
    return { template, suppressed: whySuppressed(facts, suppression) };
  },
  async write(
    decision,
    input,
    { trx, enrolmentId, flowId, versionId, candidateId, applicationId, node, visit, facts, now, house },
  ) {
    const token = randomBytes(24).toString('base64url');
    const body = withFooter(decision, {
      unsubscribeUrl: `${house.publicUrl}/u/${token}`,
      workspaceName: facts.workspace.name,
    });
    await queueMessage(trx, {
      id: newId(now),
      candidateId,
      applicationId,
      enrolmentId,
      flowId,
      versionId,
      nodeId: node,
      visit,
      templateVersionId: input.templateVersionId,
      token,
      from: house.mailFrom,
      to: decision.to,
      replyTo: `reply+${token}@${house.replyDomain}`,
      subject: decision.subject,
      html: body.html,
      text: body.text,
      now,
    });
  },
};
