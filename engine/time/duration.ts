/** Pure: ISO 8601 durations. Calendar units are added in a time zone, see `calendar.ts`. */
import { Temporal } from 'temporal-polyfill';
import { z } from 'zod';

/** An ISO 8601 duration such as `P3D` or `PT2H`, longer than zero and at most ten years. */
export type Duration = string;

const day = 86_400_000;
const parsed = new Map<string, Temporal.Duration | null>();

/** Null: not a duration. Remembered, for flows ask for the same few again and again. */
export function parseDuration(text: string): Temporal.Duration | null {
  const known = parsed.get(text);
  if (known !== undefined) return known;
  let duration: Temporal.Duration | null = null;
  try {
    duration = Temporal.Duration.from(text);
  } catch {
    duration = null;
  }
  if (parsed.size >= 1000) parsed.clear();
  parsed.set(text, duration);
  return duration;
}

/** Milliseconds at the least: a year counts 365 days, a month 28, a day 23 hours. Zero for what is no duration. */
export function shortest(duration: Duration): number {
  const d = parseDuration(duration);
  if (!d) return 0;
  const days = d.years * 365 + d.months * 28 + d.weeks * 7 + d.days;
  return days * (day - 3_600_000) + timeOf(d);
}

/** Milliseconds of the hours, minutes and seconds alone. */
export function timeOf(d: Temporal.Duration): number {
  return d.hours * 3_600_000 + d.minutes * 60_000 + d.seconds * 1000 + d.milliseconds;
}

function isUsable(text: string): boolean {
  const d = parseDuration(text);
  if (!d || d.sign <= 0) return false;
  const days = d.years * 365 + d.months * 30 + d.weeks * 7 + d.days + timeOf(d) / day;
  return days <= 3653;
}

export const durationSchema = z.string().refine(isUsable, {
  message: 'is not a duration; write it like P3D (three days) or PT2H (two hours), at most ten years',
});
