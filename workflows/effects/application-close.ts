/** Effect: the application is rejected or withdrawn. */
import { closeApplications } from '../../db/queries/effects.ts';
import type { EffectHandler } from './effect.ts';

export const applicationClose: EffectHandler<'application.close'> = {
  know: async (asked) => asked.map(() => ({})),
  write: (decided, { trx }) =>
    closeApplications(
      trx,
      decided.map(({ decision }) => decision),
    ),
};
