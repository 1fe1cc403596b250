/** Effect: colleagues are told something in the app. */
import { audiences, writeNotices } from '../../db/queries/notices.ts';
import type { EffectHandler } from './effect.ts';

export const noticeCreate: EffectHandler<'notice.create'> = {
  async know(asked, { trx }) {
    const told = await audiences(
      trx,
      asked.map(({ input: { whom }, place: { candidateId } }) => ({ whom, candidateId })),
    );
    return told.map((people) => ({ people }));
  },
  write: (decided, { trx }) =>
    writeNotices(
      trx,
      decided.map(({ decision, place: { candidateId, enrolmentId, flowId, now } }) => ({
        ...decision,
        candidateId,
        enrolmentId,
        flowId,
        now,
      })),
    ),
};
