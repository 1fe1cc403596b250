/** How large a node is drawn, from the sentence that stands on it, measured in the font that it is written in. */
import type { Family } from '../../../engine/steps/step.ts';

export const nodeWidth = 240;
const lineHeight = { one: 60, two: 76, end: 36 } as const;

/** Pixels left for the sentence beside edge, tile and padding. */
const sentenceWidth = 185;
const font = '600 13px "Inter Variable", Inter, system-ui, sans-serif';

let context: CanvasRenderingContext2D | null | undefined;
const known = new Map<string, number>();

/** Pixels; where nothing can be measured, near enough. */
function sentenceLength(text: string): number {
  const before = known.get(text);
  if (before !== undefined) return before;
  context ??= typeof document === 'undefined' ? null : document.createElement('canvas').getContext('2d');
  if (!context) return text.length * 7.2;
  context.font = font;
  context.letterSpacing = '-0.13px';
  const length = context.measureText(text).width;
  // Until the font has arrived, another one was measured.
  if (document.fonts.check(font)) known.set(text, length);
  return length;
}

/** Pixels. */
export function nodeHeight(family: Family, sentence: string): number {
  if (family === 'end') return lineHeight.end;
  return sentenceLength(sentence) > sentenceWidth ? lineHeight.two : lineHeight.one;
}
