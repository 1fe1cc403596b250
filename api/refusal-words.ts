/** Pure: why someone was not enrolled, as a sentence: code → words. */

type Sentence = (detail: Record<string, unknown>) => string;

const sentences: Record<string, Sentence> = {
  'too-deep': () => 'Flows were starting each other in a circle.',
  'too-old': ({ limitDays }) =>
    `It happened more than ${typeof limitDays === 'number' ? limitDays : 7} days ago.`,
  'once-only': () => 'Has been in this flow before; it takes everyone in once.',
  'already-in': () => 'Is in this flow already.',
  'cooling-down': ({ until }) =>
    `Has been in this flow not long ago, and may enter again from ${dayOf(until)}.`,
  full: ({ most }) => `The flow takes ${most} candidates at a time, and so many are in it.`,
  'flow-paused': () => 'The flow is paused.',
  'not-live': () => 'The flow was not live at that time.',
};

const day = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});
const dayOf = (instant: unknown): string =>
  typeof instant === 'string' ? day.format(new Date(instant)) : 'a later day';

export const refusalInWords = (code: string, detail: Record<string, unknown>): string =>
  sentences[code]?.(detail) ?? 'The flow did not take this candidate in.';
