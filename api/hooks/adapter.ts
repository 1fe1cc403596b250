/** What a kind of webhook source is: how it signs, how a repeat is known, and which headers are worth keeping. */
import { createHash, randomBytes } from 'node:crypto';
import type { ProblemCode } from '../problems.ts';

export interface HookRequest {
  headers: Headers;
  raw: Buffer;
  /** Milliseconds. */
  now: number;
}

export interface HookAdapter {
  kind: 'greenhouse' | 'generic' | 'resend';
  /** Null: rightly signed. */
  refuse(secret: string, request: HookRequest): ProblemCode | null;
  /** The same for every attempt to deliver the same thing. */
  dedupeKey(request: HookRequest): string;
  /** Names, in small letters. */
  keptHeaders: readonly string[];
  /** A secret of the kind that the source's own set-up page takes. */
  newSecret(): string;
}

export const bodyHash = (raw: Buffer): string => `sha256:${createHash('sha256').update(raw).digest('hex')}`;
export const hexSecret = (): string => randomBytes(32).toString('hex');
export const standardSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`;

/** Ids come from outside: at most this long, else their hash. */
export const boundedKey = (key: string): string => (key.length <= 200 ? key : bodyHash(Buffer.from(key)));
