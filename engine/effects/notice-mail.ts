/** Pure: telling colleagues something by email. It is no contact of the candidate's. */
import type { Colleague } from '../whom.ts';
import type { EffectDefinition } from './effect.ts';
import { type Audience, hearersOf, nobodyToTell, sayingOf, simulatedHearers } from './notice-audience.ts';

export interface NoticeMail {
  /** `text`: Liquid; its first line is the subject. */
  input: { whom: Audience; text: string };
  known: { people: Colleague[] };
  decision: { subject: string; text: string; about: string; personIds: string[] };
}

/** What an inbox shows of a subject, and then some. */
const longest = 120;

function subjectOf(text: string): string {
  const [first = ''] = text.split('\n');
  const line = first.replace(/\s+/g, ' ').trim();
  return line.length > longest
    ? `${line
        .slice(0, longest - 1)
        .toWellFormed()
        .trimEnd()}…`
    : line;
}

export const noticeMail: EffectDefinition<'notice.mail'> = {
  type: 'notice.mail',
  decide({ whom, text: given }, { people }, facts) {
    const saying = sayingOf(given, facts);
    if ('outcome' in saying) return saying;
    const heard = hearersOf(whom, people);
    if ('outcome' in heard) return heard;
    const { text } = saying;
    return {
      outcome: 'done',
      detail: { told: heard.told },
      decision: {
        subject: subjectOf(text),
        text,
        about: facts.candidate.fullName,
        personIds: people.map((one) => one.id),
      },
      events: [],
      facts,
    };
  },
  simulate: ({ whom }, world, facts) => simulatedHearers(whom, world, facts),
  causes: () => [],
  words: {
    done: ({ told }) => `Told ${told} by email`,
    unchanged: () => 'Told nobody anew',
    skipped: () => 'Told nobody',
    failed: () => 'Could not tell anyone',
    codes: { 'nobody-to-tell': nobodyToTell },
  },
};
