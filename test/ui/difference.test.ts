/** What is said of a difference: never more than the numbers do. */
import { expect, test } from 'vitest';
import { differenceSentence } from '../../ui/flow/report/difference.ts';

const fewest = { decided: 30, reached: 5 };
const way = (more: Partial<Parameters<typeof differenceSentence>[0]>) => ({
  port: 'in',
  label: 'Goes on',
  isBase: false,
  entered: 240,
  decided: 200,
  maturing: 40,
  reached: 60,
  share: 0.3,
  low: 0.24,
  high: 0.37,
  against: null,
  tooFew: false,
  ...more,
});
const said = (more: Partial<Parameters<typeof differenceSentence>[0]>) =>
  differenceSentence(way(more), fewest, '30 days');

test.each([
  [
    { against: { difference: 0.2, low: 0.081, high: 0.2839 } },
    '+20.0 points (95% interval 8.1 to 28.4). More than chance would explain.',
    'good',
  ],
  [
    { against: { difference: -0.104, low: -0.2, high: -0.0111 } },
    '−10.4 points (95% interval −20.0 to −1.1). Fewer, and chance alone would not explain it.',
    'bad',
  ],
  [
    { against: { difference: 0.01, low: -0.03, high: 0.05 } },
    '+1.0 points (95% interval −3.0 to 5.0). That may be chance: no difference at all lies within the interval.',
    'plain',
  ],
  [
    { tooFew: true, against: { difference: 0.5, low: 0.2, high: 0.8 } },
    'The numbers are too small to compare: at least 30 of either way must have had their 30 days, and 5 have reached the goal.',
    'plain',
  ],
  [{ isBase: true }, 'The others are compared with this one.', 'plain'],
] as const)('%j', (given, text, tone) => {
  expect(said(given)).toEqual({ text, tone });
});
