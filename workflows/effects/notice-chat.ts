/** Effect: a chat is told something, queued for the deliverer. It leaves the house only there. */
import { queueNoticePosts } from '../../db/queries/outgoing-notices.ts';
import { liveSecrets } from '../../db/queries/secrets.ts';
import { chatBody } from '../../engine/notices/chat.ts';
import { candidatePage, type EffectHandler } from './effect.ts';

export const noticeChat: EffectHandler<'notice.chat'> = {
  async know(asked, { trx }) {
    const secrets = await liveSecrets(
      trx,
      asked.map(({ input }) => input.secretId),
    );
    return secrets.map((secret) => ({ secret }));
  },
  write: (decided, { trx, house }) =>
    queueNoticePosts(
      trx,
      decided.map(({ input, decision: { text, about }, place }) => ({
        secretId: input.secretId,
        body: chatBody(input.chat, { text, about, link: candidatePage(house, place.candidateId) }),
        candidateId: place.candidateId,
        enrolmentId: place.enrolmentId,
        nodeId: place.node,
        visit: place.visit,
        now: place.now,
      })),
    ),
};
