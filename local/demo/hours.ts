/** Pure: when people do things. Applicants at any waking hour, recruiters on weekdays, twice a day. Milliseconds, UTC. */
import { between, chance, type happens } from './odds.ts';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

type Key = Parameters<typeof happens>[1];

const midnight = (at: number) => Math.floor(at / day) * day;
const isWeekend = (at: number) => [0, 6].includes(new Date(at).getUTCDay());

/** The recruiters' next round through their applicants, at half past nine or at three. */
export function nextRound(at: number, key: Key): number {
  for (let date = midnight(at); ; date += day) {
    if (isWeekend(date)) continue;
    for (const start of [9.5, 15]) {
      const round = date + start * hour;
      // Within a round one applicant follows another.
      if (round > at) return round + Math.floor(between(0, 40, 'round', key)) * minute;
    }
  }
}

/** Moved out of the night: someone who would do it at three in the morning does it after breakfast. */
export function awake(at: number, key: Key): number {
  const date = midnight(at);
  const time = at - date;
  if (time >= 7 * hour && time <= 21.5 * hour) return at;
  const morning = time < 7 * hour ? date : date + day;
  return morning + between(7, 10, 'awake', key) * hour;
}

/** A moment of the day `daysAgo`; weekends see a third of what weekdays see. */
export function someTime(now: number, daysAgo: number, key: Key): number {
  let date = midnight(now - daysAgo * day);
  if (isWeekend(date) && chance('weekend', key) < 0.66) date -= 2 * day;
  return date + between(7, 21, 'time of day', key) * hour;
}
