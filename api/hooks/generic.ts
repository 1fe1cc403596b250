/** Any sender that signs as Standard Webhooks say: `webhook-id`, `webhook-timestamp`, `webhook-signature`. */
import { boundedKey, type HookAdapter, type HookRequest, standardSecret } from './adapter.ts';
import { verifyStandardWebhook } from './signatures.ts';

const outcomes = { ok: null, bad: 'bad-signature', stale: 'stale-signature' } as const;

/** Svix, and so Resend, sends the same three headers under its own name. */
export function standardWebhook(
  prefix: 'webhook' | 'svix',
): Pick<HookAdapter, 'refuse' | 'dedupeKey' | 'keptHeaders' | 'newSecret'> {
  const read = ({ headers, raw }: HookRequest) => ({
    id: headers.get(`${prefix}-id`) ?? '',
    timestamp: headers.get(`${prefix}-timestamp`) ?? '',
    signature: headers.get(`${prefix}-signature`) ?? '',
    raw,
  });
  return {
    refuse(secret, request) {
      const given = read(request);
      return given.id === '' ? 'bad-signature' : outcomes[verifyStandardWebhook(secret, given, request.now)];
    },
    dedupeKey: (request) => boundedKey(read(request).id),
    keptHeaders: [`${prefix}-id`, `${prefix}-timestamp`],
    newSecret: standardSecret,
  };
}

export const generic: HookAdapter = { kind: 'generic', ...standardWebhook('webhook') };
