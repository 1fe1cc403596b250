/** Pure: telling colleagues something, in the app. */
import type { Colleague } from '../whom.ts';
import type { EffectDefinition } from './effect.ts';
import { type Audience, hearersOf, nobodyToTell, sayingOf, simulatedHearers } from './notice-audience.ts';

export interface NoticeCreate {
  /** `text`: Liquid. */
  input: { whom: Audience; text: string };
  known: { people: Colleague[] };
  decision: { text: string; personIds: string[] };
}

export const noticeCreate: EffectDefinition<'notice.create'> = {
  type: 'notice.create',
  decide({ whom, text: given }, { people }, facts) {
    const saying = sayingOf(given, facts);
    if ('outcome' in saying) return saying;
    const heard = hearersOf(whom, people);
    if ('outcome' in heard) return heard;
    return {
      outcome: 'done',
      detail: { told: heard.told },
      decision: { text: saying.text.replace(/\s+/g, ' '), personIds: people.map((one) => one.id) },
      events: [],
      facts,
    };
  },
  simulate: ({ whom }, world, facts) => simulatedHearers(whom, world, facts),
  causes: () => [],
  words: {
    done: ({ told }) => `Told ${told}`,
    unchanged: () => 'Told nobody anew',
    skipped: () => 'Told nobody',
    failed: () => 'Could not tell anyone',
    codes: { 'nobody-to-tell': nobodyToTell },
  },
};
