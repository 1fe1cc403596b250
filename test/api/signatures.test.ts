import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  toleranceMs,
  verifyAshby,
  verifyGreenhouse,
  verifyIndeed,
  verifyLever,
  verifyLinkedIn,
  verifyStandardWebhook,
} from '../../api/hooks/signatures.ts';

interface Vector {
  source: string;
  key: string;
  body: string;
  signature: string;
  id: string;
  timestamp: string;
  token: string;
  triggeredAt: number;
}

const { vectors }: { vectors: Vector[] } = JSON.parse(
  readFileSync(new URL('../fixtures/webhooks.json', import.meta.url), 'utf8'),
);

/** What is signed, as text, and whether it verifies. */
const schemes: Record<
  string,
  { signed(vector: Vector): string; verify(vector: Vector, signed: string): boolean }
> = {
  indeed: { signed: (v) => v.body, verify: (v, body) => verifyIndeed(v.key, body, v.signature) },
  greenhouse: { signed: (v) => v.body, verify: (v, body) => verifyGreenhouse(v.key, body, v.signature) },
  ashby: { signed: (v) => v.body, verify: (v, body) => verifyAshby(v.key, body, v.signature) },
  lever: { signed: (v) => v.token, verify: (v, token) => verifyLever(v.key, { ...v, token }) },
  'standard-webhooks': {
    signed: (v) => v.body,
    verify: (v, raw) => verifyStandardWebhook(v.key, { ...v, raw }, Number(v.timestamp) * 1000) === 'ok',
  },
};

const changedAt = (text: string, at: number) =>
  text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);

for (const vector of vectors) {
  test(`${vector.source}: the vector verifies, and no longer with any one byte changed`, () => {
    const scheme = schemes[vector.source];
    if (!scheme) throw new Error(`No scheme for ${vector.source}`);
    const signed = scheme.signed(vector);
    expect(scheme.verify(vector, signed)).toBe(true);
    for (let at = 0; at < signed.length; at++)
      expect(scheme.verify(vector, changedAt(signed, at))).toBe(false);
    const from = Math.max(vector.signature.indexOf(' '), vector.signature.lastIndexOf(','), 0);
    for (let at = from + 1; at < vector.signature.length; at++) {
      expect(scheme.verify({ ...vector, signature: changedAt(vector.signature, at) }, signed)).toBe(false);
    }
  });
}

test('LinkedIn signs the body after a prefix of its own', () => {
  // `printf 'hmacsha256={}' | openssl dgst -sha256 -hmac secret`
  const signature = '1c5458bf920f34a81d7d7596a70358e4c10f66b2ec2838a3fbea646fb7fcb15d';
  expect(verifyLinkedIn('secret', '{}', signature)).toBe(true);
  expect(verifyLinkedIn('secret', '{ }', signature)).toBe(false);
  expect(verifyLinkedIn('secret', '{}', changedAt(signature, 5))).toBe(false);
});

test('a Standard Webhooks time that is five minutes off either way still holds, and no further', () => {
  const vector = vectors.find((each) => each.source === 'standard-webhooks');
  if (!vector) throw new Error('The vector is missing.');
  const at = Number(vector.timestamp) * 1000;
  const verdict = (now: number) => verifyStandardWebhook(vector.key, { ...vector, raw: vector.body }, now);
  expect([verdict(at - toleranceMs), verdict(at + toleranceMs)]).toEqual(['ok', 'ok']);
  expect([verdict(at - toleranceMs - 1), verdict(at + toleranceMs + 1)]).toEqual(['stale', 'stale']);
});
