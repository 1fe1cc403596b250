/** Pure: what a workspace's rules for contact mean, as sentences. */
import type { ContactClass } from './classes.ts';
import type { Hours, Week } from './hours.ts';
import type { Cap, ContactSettings } from './settings.ts';

export type ContactRules = Pick<ContactSettings, 'caps' | 'hours' | 'skipHolidays'>;

const adjectives: Record<ContactClass, string> = {
  process: 'hiring',
  nurture: 'staying-in-touch',
  marketing: 'news',
};
const dayNames = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** Each a sentence of its own: the caps, then the hours. */
export function contactInWords({ caps, hours, skipHolidays }: ContactRules): string[] {
  return [
    ...(caps.length === 0 ? ['No limit to how many mails someone gets.'] : caps.map(capInWords)),
    hours !== null && hours.length === 0
      ? 'On no day: choose at least one.'
      : hours === null
        ? `At any time of the day${skipHolidays ? ', but not on public holidays of the candidate’s country' : ''}.`
        : `${weekInWords(hours)} in the candidate’s time${skipHolidays ? ', not on public holidays of the candidate’s country' : ''}.`,
  ];
}

/** "At most 2 staying-in-touch and news mails together in 7 days." */
export function capInWords({ classes, most, days }: Cap): string {
  const kinds = listed(classes.map((each) => adjectives[each]));
  const together = classes.length > 1 ? ' together' : '';
  return `At most ${most} ${kinds} ${most === 1 ? 'mail' : 'mails'}${together} in ${days === 1 ? '1 day' : `${days} days`}.`;
}

/** "Monday to Thursday 9:00–18:00, Friday 9:00–15:00". */
export const weekInWords = (week: Week): string => week.map(hoursInWords).join(', ');

const hoursInWords = ({ days, from, to }: Hours): string =>
  `${daysInWords(days)} ${from === to ? 'all day' : `${clock(from)}–${to === '00:00' ? '24:00' : clock(to)}`}`;

/** Runs of three and more are told by their ends; ISO numbers, Monday is 1. */
export function daysInWords(days: readonly number[]): string {
  if (days.length === 7) return 'Every day';
  const runs: number[][] = [];
  for (const day of days.toSorted((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last?.at(-1) === day - 1) last.push(day);
    else runs.push([day]);
  }
  return listed(
    runs.flatMap((run) =>
      run.length < 3 ? run.map(nameOf) : [`${nameOf(run[0] ?? 1)} to ${nameOf(run.at(-1) ?? 7)}`],
    ),
  );
}

const nameOf = (day: number): string => dayNames[day - 1] ?? '';
const clock = (time: string): string => time.replace(/^0/, '');
const listed = (words: string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
