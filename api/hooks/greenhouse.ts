/** Greenhouse Recruiting: `Signature: sha256 <hex>`, repeats by `Greenhouse-Event-ID`. */
import { bodyHash, boundedKey, type HookAdapter, hexSecret } from './adapter.ts';
import { verifyGreenhouse } from './signatures.ts';

export const greenhouse: HookAdapter = {
  kind: 'greenhouse',
  refuse(secret, { headers, raw }) {
    const signature = headers.get('signature');
    return signature && verifyGreenhouse(secret, raw, signature) ? null : 'bad-signature';
  },
  dedupeKey({ headers, raw }) {
    const id = headers.get('greenhouse-event-id');
    return id ? boundedKey(id) : bodyHash(raw);
  },
  keptHeaders: ['greenhouse-event-id'],
  newSecret: hexSecret,
};
