/** Pure: why someone was not enrolled, as a sentence: code → words. */

type Sentence = (detail: Record<string, unknown>) => string;

const sentences: Record<string, Sentence> = {
  'too-deep': () => 'Flows were starting each other in a circle.',
  'too-old': ({ limitDays }) =>
    `It happened more than ${typeof limitDays === 'number' ? limitDays : 7} days ago.`,
  'once-only': () => 'Has been in this flow before; it takes everyone in once.',
  'already-in': () => 'Is in this flow already.',
  'flow-paused': () => 'The flow is paused.',
  'not-live': () => 'The flow was not live at that time.',
};

export const refusalInWords = (code: string, detail: Record<string, unknown>): string =>
  sentences[code]?.(detail) ?? 'The flow did not take this candidate in.';
