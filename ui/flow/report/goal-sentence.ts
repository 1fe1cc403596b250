/** Pure: a goal's figures as one sentence that says no more than the numbers do. */
import type { z } from 'zod';
import type { goalFigures } from '../../../api/contract/flows.ts';
import { durationInWords } from '../../../engine/time/words.ts';
import { percent } from '../figures.ts';
import { flowTexts as t } from '../texts.ts';

export type GoalFigures = z.infer<typeof goalFigures>;

export interface SentencePart {
  text: string;
  tone: 'strong' | 'plain' | 'muted' | 'good' | 'bad';
}

/** The difference is only called one where the intervals do not touch. */
export function goalSentence(
  goal: GoalFigures,
  events: string,
  other: GoalFigures | null,
  otherVersion: number | null,
): SentencePart[] {
  if (goal.share === null || goal.low === null || goal.high === null) {
    return [{ text: t.report.nobodyYet(events, durationInWords(goal.window)), tone: 'plain' }];
  }
  const parts: SentencePart[] = [
    { text: percent(goal.share), tone: 'strong' },
    { text: t.report.reached(events, durationInWords(goal.window)), tone: 'plain' },
    { text: t.report.interval(percent(goal.low), percent(goal.high)), tone: 'muted' },
  ];
  if (!other || other.share === null || other.low === null || other.high === null || otherVersion === null) {
    return [...parts, { text: '.', tone: 'plain' }];
  }
  const points = Math.abs((goal.share - other.share) * 100).toFixed(1);
  const apart = goal.low > other.high || goal.high < other.low;
  const better = goal.share >= other.share;
  return [
    ...parts,
    { text: t.report.inVersion(otherVersion), tone: 'plain' },
    { text: percent(other.share), tone: 'strong' },
    { text: '. ', tone: 'plain' },
    apart
      ? { text: better ? t.report.more(points) : t.report.fewer(points), tone: better ? 'good' : 'bad' }
      : { text: t.report.notApart, tone: 'muted' },
  ];
}
