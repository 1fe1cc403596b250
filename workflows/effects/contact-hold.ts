/** Effect: a hold on contact, in the flow's name. */
import { activeHolds, placeHolds } from '../../db/queries/holds.ts';
import type { Trx } from '../../db/queries/lock.ts';
import type { EffectHandler, EffectPlace } from './effect.ts';

/** What holds contact with each now, in the order asked. */
export async function holdsOn(trx: Trx, places: readonly EffectPlace[]) {
  const now = Math.max(0, ...places.map((place) => place.now));
  const found = await activeHolds(
    trx,
    places.map((place) => place.candidateId),
    now,
  );
  const byPerson = new Map(
    found.map(({ candidateId, until, covers }) => [candidateId, { until: until.getTime(), covers }]),
  );
  return places.map((place) => ({ hold: byPerson.get(place.candidateId) ?? null }));
}

export const contactHold: EffectHandler<'contact.hold'> = {
  know: (asked, { trx }) =>
    holdsOn(
      trx,
      asked.map(({ place }) => place),
    ),
  async write(decided, { trx }) {
    await placeHolds(
      trx,
      decided.map(({ decision: { until, covers }, place: { candidateId, flowId, now } }) => ({
        candidateId,
        until,
        covers,
        reason: '',
        by: { kind: 'flow', id: flowId },
        now,
      })),
    );
  },
};
