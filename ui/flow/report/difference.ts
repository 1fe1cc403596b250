/** Pure: what may be said of the difference between two ways, and no more. */
import type { ComparedWay, FlowWays } from '../../../api/contract/ways.ts';
import { flowTexts as t } from '../texts.ts';

export interface Said {
  text: string;
  tone: 'good' | 'bad' | 'plain';
}

/** One decimal; a minus sign, and a plus where `signed`. */
function points(fraction: number, signed = false): string {
  const value = Math.abs(fraction * 100).toFixed(1);
  if (Number(value) === 0) return value;
  return `${fraction < 0 ? '−' : signed ? '+' : ''}${value}`;
}

/** `window`: the goal's, in words. Only an interval without nothing in it is called a difference. */
export function differenceSentence(
  { isBase, against, tooFew }: ComparedWay,
  fewest: FlowWays['fewest'],
  window: string,
): Said {
  const { ways } = t.report;
  if (isBase) return { text: ways.base, tone: 'plain' };
  if (tooFew || !against) return { text: ways.tooFew(fewest.decided, fewest.reached, window), tone: 'plain' };
  const figures = ways.points(points(against.difference, true), points(against.low), points(against.high));
  if (against.low > 0) return { text: `${figures} ${ways.more}`, tone: 'good' };
  if (against.high < 0) return { text: `${figures} ${ways.fewer}`, tone: 'bad' };
  return { text: `${figures} ${ways.chance}`, tone: 'plain' };
}
