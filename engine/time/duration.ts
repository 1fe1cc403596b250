/** Pure: ISO 8601 durations. Calendar units are added in a time zone, see `calendar.ts`. */
import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';

/** An ISO 8601 duration such as `P3D` or `PT2H`, longer than zero and at most ten years. */
export type Duration = string;

function isPositiveDuration(text: string): boolean {
  try {
    return Temporal.Duration.from(text).sign > 0;
  } catch {
    return false;
  }
}

export const durationSchema = z.string().refine(isPositiveDuration, {
  message: 'is not a duration; write it like P3D (three days) or PT2H (two hours)',
});
