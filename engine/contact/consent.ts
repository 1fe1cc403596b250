/** Pure: what her own word on consent keeps away. Mail about what she has applied for needs none. */
import { consentOf } from '../conditions/consent.ts';
import type { CandidateFacts } from '../facts.ts';
import { type ContactClass, needsConsent } from './classes.ts';

export type ConsentRefusal = 'consent-withdrawn' | 'consent-expired';

/** No full stops: the ledger has its own. */
export const consentRefusalWords: Record<ConsentRefusal, string> = {
  'consent-withdrawn': 'Consent to be written to about jobs was refused or withdrawn',
  'consent-expired': 'Consent to be written to about jobs has run out',
};

/**
 * Null: it may be sent. `asksForConsent`: the mail asks for it, which is right when an earlier one ran out, and not when it
 * was refused. `now` in milliseconds.
 */
export function consentRefusal(
  contactClass: ContactClass,
  candidate: Pick<CandidateFacts, 'hasWithdrawn' | 'hasConsented' | 'consentUntil'>,
  asksForConsent: boolean,
  now: number,
): ConsentRefusal | null {
  if (!needsConsent(contactClass)) return null;
  const state = consentOf(candidate, now);
  if (state === 'withdrawn') return 'consent-withdrawn';
  return state === 'expired' && !asksForConsent ? 'consent-expired' : null;
}
