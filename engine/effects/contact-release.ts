/** Pure: ending a hold on contact. */
import type { ContactHold } from '../contact/arbiter.ts';
import type { EffectDefinition } from './effect.ts';

export interface ContactRelease {
  input: Record<string, never>;
  known: { hold: Pick<ContactHold, 'until' | 'covers'> | null };
  decision: Record<string, never>;
}

export const contactRelease: EffectDefinition<'contact.release'> = {
  type: 'contact.release',
  decide(_input, { hold }, facts, now) {
    if (hold === null || hold.until <= now) return { outcome: 'unchanged', code: 'not-held', detail: {} };
    return {
      outcome: 'done',
      detail: {},
      decision: {},
      events: [{ type: 'contact.released', data: {} }],
      facts,
    };
  },
  simulate: (_input, { holds = [] }) => ({ hold: holds[0] ?? null }),
  causes: () => [{ type: 'contact.released', data: {} }],
  words: {
    done: () => 'Lets flows write again',
    unchanged: () => 'Flows may write',
    skipped: () => 'Did not end the hold on contact',
    failed: () => 'Could not end the hold on contact',
    codes: { 'not-held': () => 'Contact was not held' },
  },
};
