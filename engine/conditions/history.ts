/** Pure: what a condition may ask of someone's past: when something last happened to her, and how often. */
import type { Facts, Happened } from '../facts.ts';

/** Of the kinds of event that conditions ask for. Custom ones are `custom.<name>`. */
export const historyTypes = {
  'message.sent': 'Was sent an email',
  'message.opened': 'Opened an email',
  'message.clicked': 'Clicked in an email',
  'message.replied': 'Replied',
  'message.bounced': 'An email bounced',
  'message.unsubscribed': 'Unsubscribed',
  'application.received': 'Applied',
  'application.stage-changed': 'Changed stage',
  'application.hired': 'Was hired',
  'application.rejected': 'Was rejected',
  'application.withdrawn': 'Withdrew',
  'interview.booked': 'Booked an interview',
  'interview.cancelled': 'Cancelled an interview',
  'interview.done': 'Had an interview',
  'form.submitted': 'Filled in a form',
  'survey.answered': 'Answered a survey',
  'note.added': 'A note was added',
} as const;

/** The most times that may be asked about within a period: so many instants are read of each past. */
export const mostTimes = 50;

/** What is to be read of someone's past: a kind of event, and when the newest of them were, so many. */
export interface PastAsked {
  type: string;
  newest: number;
}

/** Each kind of event once, with as many instants as any of them asks for. */
export function mergedPasts(asked: Iterable<PastAsked>): PastAsked[] {
  const byType = new Map<string, number>();
  for (const { type, newest } of asked) byType.set(type, Math.max(newest, byType.get(type) ?? 0));
  return [...byType].map(([type, newest]) => ({ type, newest }));
}

const path = /^history\.((?:[a-z]+)\.(?:[^.]+))\.(last|count)$/;

/** `history.message.replied.last` → the kind of event and what is asked of it. Null: no such field. */
export function readHistoryPath(field: string): { type: string; ask: 'last' | 'count' } | null {
  const [, type = '', ask] = path.exec(field) ?? [];
  if (!Object.hasOwn(historyTypes, type) && !type.startsWith('custom.')) return null;
  return { type, ask: ask === 'count' ? 'count' : 'last' };
}

/** "Replied"; a custom kind by its own name. */
export const historyLabel = (type: string): string =>
  (historyTypes as Record<string, string>)[type] ?? type.slice('custom.'.length);

const never: Happened = { last: null, count: 0 };

/** What her history tells of a kind of event. What it does not tell of never happened: whoever asks loads it. */
export function happenedTo(facts: Facts, type: string): Happened {
  const [family = '', kind = ''] = type.split('.');
  return facts.history?.[family]?.[kind] ?? never;
}

/** The facts once these have happened at `at` (milliseconds). */
export function havingHappened(facts: Facts, types: readonly string[], at: number): Facts {
  if (types.length === 0) return facts;
  const history = { ...facts.history };
  for (const type of types) {
    const [family = '', kind = ''] = type.split('.');
    const { last, count, newest = [] } = history[family]?.[kind] ?? never;
    const latest = last === null ? at : Math.max(at, Date.parse(last));
    history[family] = {
      ...history[family],
      [kind]: {
        last: new Date(latest).toISOString(),
        count: count + 1,
        newest: [new Date(at).toISOString(), ...newest]
          .sort()
          .reverse()
          .slice(0, mostTimes + 1),
      },
    };
  }
  return { ...facts, history };
}
