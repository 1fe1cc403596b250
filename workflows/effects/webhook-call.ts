/** Effect: a call to another system, queued for the deliverer. It leaves the house only there. */
import { liveSecrets } from '../../db/queries/secrets.ts';
import { queueCalls } from '../../db/queries/webhooks.ts';
import type { EffectHandler } from './effect.ts';

export const webhookCall: EffectHandler<'webhook.call'> = {
  async know(asked, { trx }) {
    const secrets = await liveSecrets(
      trx,
      asked.map(({ input }) => input.secret?.id ?? null),
    );
    return secrets.map((secret) => ({ secret }));
  },
  write: (decided, { trx }) =>
    queueCalls(
      trx,
      decided.map(({ input, decision, place }) => ({
        enrolmentId: place.enrolmentId,
        nodeId: place.node,
        visit: place.visit,
        method: input.method,
        url: decision.url,
        headers: input.headers,
        body: decision.body,
        secret: input.secret,
        seconds: input.seconds,
        save: input.save,
        now: place.now,
      })),
    ),
};
