/** Pure: whether someone may be kept in touch with, as she herself has said. What she said may have an end. */
import type { CandidateFacts } from '../facts.ts';

export const consentField = 'candidate.consent';

/** `withdrawn`: refused, or taken back. `none`: she has said nothing. */
export const consentStates = ['given', 'withdrawn', 'expired', 'none'] as const;
export type ConsentState = (typeof consentStates)[number];

/** `now` in milliseconds. */
export function consentOf(
  {
    hasWithdrawn,
    hasConsented,
    consentUntil,
  }: Pick<CandidateFacts, 'hasWithdrawn' | 'hasConsented' | 'consentUntil'>,
  now: number,
): ConsentState {
  if (hasWithdrawn) return 'withdrawn';
  if (!hasConsented) return 'none';
  return consentUntil !== null && Date.parse(consentUntil) <= now ? 'expired' : 'given';
}

/** The instant (ms) from which a consent that was given holds no longer; null: it has no end, or was not given. */
export const consentEnds = ({ hasConsented, consentUntil }: CandidateFacts): number | null =>
  hasConsented && consentUntil !== null ? Date.parse(consentUntil) : null;
