/** Effect: the end of a hold on contact. */
import { releaseHolds } from '../../db/queries/holds.ts';
import { holdsOn } from './contact-hold.ts';
import type { EffectHandler } from './effect.ts';

export const contactRelease: EffectHandler<'contact.release'> = {
  know: (asked, { trx }) =>
    holdsOn(
      trx,
      asked.map(({ place }) => place),
    ),
  async write(decided, { trx }) {
    const now = Math.max(0, ...decided.map(({ place }) => place.now));
    await releaseHolds(
      trx,
      decided.map(({ place }) => place.candidateId),
      now,
    );
  },
};
