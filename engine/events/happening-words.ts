/** Pure: what happened, as a sentence with what the event says of it. */
import { dayInWords } from '../time/date.ts';
import { eventWords } from './words.ts';

type Data = Record<string, unknown>;

interface Told {
  /** Null: the event does not say enough. */
  sentence(data: Data): string | null;
  /** Paths of conditions that the sentence answers already. */
  answers: readonly string[];
}

const named = (verb: string, key = 'name'): Told => ({
  sentence: (data) => (typeof data[key] === 'string' ? `${verb} “${data[key]}”` : null),
  answers: [`event.${key}`],
});

const table: Record<string, Told> = {
  'application.stage-changed': {
    sentence: ({ from, to }) => (to ? (from ? `Moved from ${from} to ${to}` : `Moved to ${to}`) : null),
    answers: ['event.from', 'event.to'],
  },
  'pool.joined': { ...named('Joined'), answers: ['event.poolId'] },
  'pool.left': { ...named('Left'), answers: ['event.poolId'] },
  'candidate.tagged': named('Got the tag', 'tag'),
  'candidate.untagged': named('Lost the tag', 'tag'),
  'date.came': {
    sentence: ({ label, date }) => (label && date ? `“${label}” came: ${dayInWords(String(date))}` : null),
    answers: [],
  },
  'holiday.came': {
    sentence: ({ name, date }) => (name && date ? `“${name}” came: ${dayInWords(String(date))}` : null),
    answers: [],
  },
  'schedule.came': {
    sentence: ({ date }) => (date ? `The scheduled day came: ${dayInWords(String(date))}` : null),
    answers: [],
  },
  'candidate.quiet': {
    sentence: ({ days }) => (days ? `Nothing heard for ${days === 1 ? '1 day' : `${days} days`}` : null),
    answers: [],
  },
  'form.submitted': named('Sent in'),
  'survey.answered': named('Answered'),
};

/** "Left “Silver medallists”"; what its kind is called, where the event says no more. */
export function happeningInWords(type: string, data: Data): string {
  const told = Object.hasOwn(table, type) ? table[type]?.sentence(data) : null;
  return told ?? eventWords(type).happened;
}

/** True where the happening's own sentence says already what was asked there. */
export function tells(type: string, data: Data, path: string): boolean {
  const told = Object.hasOwn(table, type) ? table[type] : undefined;
  if (!told || told.sentence(data) === null || !told.answers.includes(path)) return false;
  return type !== 'application.stage-changed' || Boolean(data[path.replace('event.', '')]);
}
