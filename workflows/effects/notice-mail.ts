/** Effect: colleagues are told something by email, queued for the deliverer. */
import { audiences } from '../../db/queries/notices.ts';
import { flowNames, queueNoticeMails } from '../../db/queries/outgoing-notices.ts';
import { noticeMailBody } from '../../engine/notices/mail.ts';
import { candidatePage, type EffectHandler } from './effect.ts';

export const noticeMail: EffectHandler<'notice.mail'> = {
  async know(asked, { trx }) {
    const told = await audiences(
      trx,
      asked.map(({ input: { whom }, place: { candidateId } }) => ({ whom, candidateId })),
    );
    return told.map((people) => ({ people }));
  },
  async write(decided, { trx, house }) {
    const flows = await flowNames(
      trx,
      decided.map(({ place }) => place.flowId),
    );
    await queueNoticeMails(
      trx,
      decided.map(({ decision: { subject, text, about, personIds }, place }) => {
        const mail = noticeMailBody({
          text,
          about,
          link: candidatePage(house, place.candidateId),
          flow: flows.get(place.flowId) ?? null,
          workspaceName: place.facts.workspace.name,
        });
        return {
          personIds,
          subject,
          html: mail.html,
          body: mail.text,
          candidateId: place.candidateId,
          enrolmentId: place.enrolmentId,
          nodeId: place.node,
          visit: place.visit,
          now: place.now,
        };
      }),
    );
  },
};
