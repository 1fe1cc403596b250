/** Pure: holding contact, so that flows keep quiet while someone talks to the candidate. */
import type { ContactHold } from '../contact/arbiter.ts';
import { addDuration, zoneFor } from '../time/calendar.ts';
import type { Duration } from '../time/duration.ts';
import { durationInWords } from '../time/words.ts';
import type { EffectDefinition } from './effect.ts';

export interface ContactHolding {
  input: { for: Duration; covers: ContactHold['covers'] };
  /** What holds contact with her already; null: nothing. */
  known: { hold: Pick<ContactHold, 'until' | 'covers'> | null };
  /** Milliseconds since 1970. */
  decision: { until: number; covers: ContactHold['covers'] };
}

export const contactHold: EffectDefinition<'contact.hold'> = {
  type: 'contact.hold',
  decide({ for: length, covers }, { hold }, facts, now) {
    const until = addDuration(now, length, zoneFor(facts));
    const detail = { for: length, covers };
    // A person's longer hold stays: a flow never shortens it.
    const holdsAlready =
      hold !== null && hold.until >= until && (hold.covers === 'everything' || hold.covers === covers);
    if (holdsAlready) return { outcome: 'unchanged', code: 'held-longer', detail };
    const farther = Math.max(until, hold?.until ?? 0);
    const wider = hold?.covers === 'everything' ? hold.covers : covers;
    return {
      outcome: 'done',
      detail: { ...detail, until: new Date(farther).toISOString() },
      decision: { until: farther, covers: wider },
      events: [{ type: 'contact.held', data: { until: new Date(farther).toISOString(), covers: wider } }],
      facts,
    };
  },
  simulate: (_input, { holds = [] }) => ({ hold: holds[0] ?? null }),
  causes: ({ covers }) => [{ type: 'contact.held', data: { covers } }],
  words: {
    done: ({ for: length }) => `Holds contact for ${durationInWords(String(length))}`,
    unchanged: () => 'Contact stays held',
    skipped: () => 'Did not hold contact',
    failed: () => 'Could not hold contact',
    codes: { 'held-longer': () => 'Was held for longer already' },
  },
};
