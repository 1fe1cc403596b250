/** Pure: how large a node is drawn, from the sentence that stands on it. */
import type { Family } from '../../../engine/steps/step.ts';

export const nodeWidth = 240;
const lineHeight = { one: 60, two: 76, end: 36 } as const;

/** What is left of the width for the sentence, beside edge, tile and padding. */
const sentenceWidth = 186;

/** Average advances of Inter 600 at 13 px, by the character's shape. */
function advance(char: string): number {
  if (/[iljtfrI.,:;'’|!()[\] ]/.test(char)) return 4.4;
  if (/[mwMW@%–—]/.test(char)) return 11.4;
  if (/[A-Z0-9&“”?]/.test(char)) return 8.6;
  return 7.5;
}

/** Pixels, near enough to decide between one line and two. */
export function sentenceLength(text: string): number {
  let length = 0;
  for (const char of text) length += advance(char);
  return length;
}

/** Pixels. */
export function nodeHeight(family: Family, sentence: string): number {
  if (family === 'end') return lineHeight.end;
  return sentenceLength(sentence) > sentenceWidth ? lineHeight.two : lineHeight.one;
}
