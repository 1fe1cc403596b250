/** Pure: the signatures of inbound webhooks, one function a scheme, compared in constant time. Sources: each vendor's documentation. */
import { createHmac, timingSafeEqual } from 'node:crypto';

type Bytes = Uint8Array | string;

const hmac = (algorithm: 'sha1' | 'sha256', key: Bytes, ...parts: Bytes[]): Buffer => {
  const mac = createHmac(algorithm, key);
  for (const part of parts) mac.update(part);
  return mac.digest();
};

/** Compares texts; only their length can be told from the time it takes. */
function same(given: string, expected: string): boolean {
  const a = Buffer.from(given);
  const b = Buffer.from(expected);
  return a.length === b.length && timingSafeEqual(a, b);
}

/** `Signature: sha256 <hex>` over the raw body. */
export const verifyGreenhouse = (secret: string, raw: Bytes, header: string): boolean =>
  same(header, `sha256 ${hmac('sha256', secret, raw).toString('hex')}`);

/** `Ashby-Signature: sha256=<hex>` over the raw body. */
export const verifyAshby = (secret: string, raw: Bytes, header: string): boolean =>
  same(header, `sha256=${hmac('sha256', secret, raw).toString('hex')}`);

/** `X-Indeed-Signature`: base64 of HMAC-SHA1 over the raw body. */
export const verifyIndeed = (secret: string, raw: Bytes, header: string): boolean =>
  same(header, hmac('sha1', secret, raw).toString('base64'));

/** `X-LI-Signature`: hex over `hmacsha256=` and the raw body. */
export const verifyLinkedIn = (secret: string, raw: Bytes, header: string): boolean =>
  same(header, hmac('sha256', secret, 'hmacsha256=', raw).toString('hex'));

/** In the body: hex over token and time. The rest of the body is not covered. */
export const verifyLever = (
  secret: string,
  body: { token: string; triggeredAt: number | string; signature: string },
): boolean =>
  same(body.signature, hmac('sha256', secret, `${body.token}${body.triggeredAt}`).toString('hex'));

export const toleranceMs = 5 * 60_000;

export interface StandardWebhook {
  id: string;
  /** Seconds since 1970, as sent. */
  timestamp: string;
  raw: Bytes;
  /** Entries with spaces between them; any `v1,` entry may match. */
  signature: string;
}

/** Standard Webhooks (Svix, Resend). `now` in milliseconds; `stale`: rightly signed, but not within five minutes. */
export function verifyStandardWebhook(
  secret: string,
  { id, timestamp, raw, signature }: StandardWebhook,
  now: number,
): 'ok' | 'bad' | 'stale' {
  if (!/^\d{1,12}$/.test(timestamp)) return 'bad';
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = `v1,${hmac('sha256', key, `${id}.${timestamp}.`, raw).toString('base64')}`;
  let matches = false;
  // Every entry is looked at, so that the time does not tell which one matched.
  for (const entry of signature.split(' ').slice(0, 20)) matches = same(entry, expected) || matches;
  if (!matches) return 'bad';
  return Math.abs(now - Number(timestamp) * 1000) <= toleranceMs ? 'ok' : 'stale';
}
