/** Pure: what a forecast says, as sentences: what is in the way, how someone's run turns out, what is taken for granted. */

import type { Facts } from '../engine/facts.ts';
import type { AssumptionCode } from '../engine/forecast/assumptions.ts';
import type { ForecastRun, Obstacle } from '../engine/forecast/entry.ts';
import type { ObstacleTally } from '../engine/forecast/tally.ts';
import { problemInWords } from '../engine/run/effect-words.ts';
import type { GuessedFrom } from '../engine/time/guess-zone.ts';
import { refusalInWords } from './refusal-words.ts';

const many = (n: number, one: string, more: string): string =>
  `${n.toLocaleString('en-GB')} ${n === 1 ? one : more}`;
const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

/** “37 people hit the limit of 2 mails in 7 days: “Thanks” leaves later.” `title`: the step's. */
export function obstacleInWords(
  { kind, code, detail, people: n }: ObstacleTally,
  title: string | null,
): string {
  const mail = typeof detail.template === 'string' ? `“${detail.template}”` : `“${title ?? 'The step'}”`;
  const people = many(n, 'person', 'people');
  const meet = n === 1 ? 'hits' : 'hit';
  if (kind === 'put-off')
    return putOff[code]?.({ mail, people, meet, detail }) ?? `${people}: ${mail} leaves later.`;
  if (kind === 'refused')
    return code === 'cooling-down'
      ? `${people} would not be let in: they were in this flow not long ago.`
      : `${people} would not be let in: ${lower(refusalInWords(code, detail))}`;
  if (code === 'template-problem' && typeof detail.variable === 'string')
    return `${people} ${n === 1 ? 'lacks' : 'lack'} ${detail.variable} in ${mail}: they stay there until it is mended.`;
  const why = skipped[code] ?? `${problemInWords(code, detail)}.`;
  return kind === 'stuck'
    ? `${people} would be stuck at ${mail}: ${lower(why)}`
    : `${people} would not get ${mail}: ${lower(why)}`;
}

interface PutOff {
  mail: string;
  people: string;
  meet: string;
  detail: Obstacle['detail'];
}

const putOff: Record<string, (told: PutOff) => string> = {
  cap: ({ mail, people, meet, detail: { most, days } }) =>
    `${people} ${meet} the limit of ${String(most)} ${most === 1 ? 'mail' : 'mails'} in ${String(days)} ${days === 1 ? 'day' : 'days'}: ${mail} leaves later.`,
  hours: ({ mail, people }) => `${people} would get ${mail} later, within the hours for sending.`,
  held: ({ mail, people }) => `${people} would get ${mail} later: contact with them is held.`,
  holiday: ({ mail, people }) => `${people} would get ${mail} later, after a public holiday where they live.`,
};

const skipped: Record<string, string> = {
  'no-address': 'There is no email address.',
  suppressed: 'Their addresses get no mail from us.',
  stale: 'It would come too late.',
  hours: 'The hours for sending never allow it.',
};

const ends: Record<Exclude<ForecastRun['status'], null>, string> = {
  open: 'Still on the way after a year',
  blocked: 'Stuck',
  ended: 'Reaches the end',
  exited: 'Leaves early',
  converted: 'Reaches the goal',
};

/** How someone's run turns out, in a few words. */
export function outcomeInWords({ status, obstacles }: ForecastRun): string {
  const worst =
    obstacles.find(({ kind }) => kind === 'refused') ?? obstacles.find(({ kind }) => kind === 'stuck');
  if (worst?.kind === 'refused') return `Not let in: ${lower(refusalInWords(worst.code, worst.detail))}`;
  if (worst?.code === 'template-problem' && typeof worst.detail.variable === 'string')
    return `Stuck: ${worst.detail.variable} is missing`;
  if (worst) return `Stuck: ${lower(problemInWords(worst.code, worst.detail))}`;
  const unsent = obstacles.find(({ kind }) => kind === 'not-sent');
  const end = status === null ? '' : ends[status];
  if (unsent)
    return `${end}; not sent: ${lower((skipped[unsent.code] ?? problemInWords(unsent.code, unsent.detail)).replace(/\.$/, ''))}`;
  const late = obstacles.find(({ kind }) => kind === 'put-off');
  return late ? `${end}; ${reasons[late.code] ?? 'put off'}` : end;
}

const reasons: Record<string, string> = {
  cap: 'put off by a limit',
  hours: 'put off to the hours for sending',
  held: 'put off by a hold',
  holiday: 'put off by a holiday',
};

const assumptions: Record<AssumptionCode, (title: string) => string> = {
  'nobody-acts': () => 'Nobody replies, clicks, applies or unsubscribes, and nobody here steps in.',
  'runs-out': (title) => `“${title}” waits in vain, until its time is over.`,
  'comes-true': (title) => `“${title}” goes on by itself only where time or the flow makes it true.`,
  'no-answer': (title) => `“${title}” is not answered, until its time is over.`,
  taken: (title) => `“${title}” is taken at once, and nothing is kept from the answer.`,
  'by-lot': (title) => `“${title}” draws by lot: its shares hold, but a person may be drawn otherwise.`,
  'as-now': () => 'Everyone stays as they are now, but for what the flow itself changes.',
  'as-now-replayed': () => 'People are taken as they are now, not as they were then, and holds are left out.',
  'others-enter': () => 'Whoever comes in by the trigger later is not counted.',
  'planned-not-heard': (title) =>
    `“${title}” goes by the time alone: days on which this flow was not live are not played again.`,
  'other-flows': () =>
    'What was sent already counts against the limits; what other flows will write is not known.',
  'leaves-at-once': () =>
    'Mail leaves as soon as it may: a pause, a hold on this flow and your provider’s pace are left out.',
  'a-year': () => 'Nobody is followed for longer than a year.',
};

export const assumptionInWords = (code: AssumptionCode, title: string | null): string =>
  assumptions[code](title ?? 'The step');

/** Of a cohort: for how many of how many. */
export const zonesGuessedInWords = (guessed: number, of: number): string =>
  `For ${guessed.toLocaleString('en-GB')} of ${many(of, 'person', 'people')} the time zone is guessed, from their country, phone number or location.`;

const regions = new Intl.DisplayNames('en', { type: 'region' });

/** Of one run. `country`: ISO 3166-1 alpha-2, of the number where that is what it was guessed from; null: not known. */
export function zoneGuessedInWords(
  { firstName, timeZone, location }: Pick<Facts['candidate'], 'firstName' | 'timeZone' | 'location'>,
  from: GuessedFrom,
  country: string | null,
): string {
  const called = country === null ? '' : `, ${regions.of(country.toUpperCase()) ?? country}`;
  const source = {
    country: `their country${called}`,
    phone: `their phone’s country${called}`,
    location: `their location${location === null ? '' : `, “${location}”`}`,
  };
  const whose = firstName === null ? 'The candidate’s' : `${firstName}’s`;
  return `${whose} time zone, ${timeZone ?? 'UTC'}, is guessed from ${source[from]}.`;
}
