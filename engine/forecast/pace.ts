/** Pure: when the people of a bulk enrolment enter, at most so many a minute: in batches, one after the other. */

/** So many are asked in at once at the most. */
export const enrolledAtOnce = 100;

/** Milliseconds after the first: when the one with that index (from 0) enters. */
export function entersAfter(index: number, perMinute: number, atOnce = enrolledAtOnce): number {
  const batch = Math.min(atOnce, perMinute);
  return Math.floor(index / batch) * Math.ceil((batch / perMinute) * 60_000);
}
