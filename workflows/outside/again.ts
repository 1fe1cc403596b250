/** Pure: when calls to somebody else's system are tried again, and what is said of those that got no answer. */
import type { Fault } from './call.ts';

const longestPauseSeconds = 3600;

/** 30 s, 2 min, 8 min, 32 min, then hourly; later where they ask for it, within the hour. */
export const pauseSeconds = (attempts: number, asked: number | null): number =>
  Math.max(
    Math.min(longestPauseSeconds, 30 * 4 ** Math.min(attempts - 1, 8)),
    Math.min(asked ?? 0, longestPauseSeconds),
  );

export const faultWords: Record<Fault, string> = {
  'refused-target': 'The address leads into a network that may not be called. WEBHOOK_ALLOW can allow it.',
  'no-such-host': 'There is no such host.',
  'timed-out': 'There was no answer in time.',
  'no-connection': 'The connection could not be made, or broke off.',
};
