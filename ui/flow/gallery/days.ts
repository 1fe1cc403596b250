/** Pure: so many days as one says it: days up to two weeks, weeks up to two months, then months. */
import { durationInWords } from '../../../engine/time/words.ts';

export function daysInWords(days: number): string {
  if (days < 14) return durationInWords(`P${days}D`);
  return days < 60
    ? durationInWords(`P${Math.round(days / 7)}W`)
    : durationInWords(`P${Math.round(days / 30.4)}M`);
}
