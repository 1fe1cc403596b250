/**
 * Pure: what a pause does to a run that waited through it, by the flow's own choice.
 *
 * `late`: nothing; a wait that ran out meanwhile is over as soon as the flow goes on. `reanchor`: time stood still, so
 * the deadline of a length of time moves by as much of each pause as fell into the wait; moments on a clock and dates
 * stay where they are, and so does what was due before the pause began. It moves by plain time, also where working days
 * were counted. `skip`: a wait is over as with `late`, but the messages that would follow it before the next
 * wait are not written once the pause has made it later than `after`.
 *
 * Whatever the flow chooses, time stands still for answers that the pause itself keeps from being asked for.
 */
import type { Plan } from '../plan/ops.ts';
import { addDuration } from '../time/calendar.ts';
import type { RunInput, Wait } from './state.ts';
import type { Walk } from './walk.ts';

/** In milliseconds since 1970; those of one flow, in order. */
export interface Pause {
  from: number;
  to: number;
}

/** A pause holds these calls back, so their time is not to run out during it. */
const heldBack: readonly (string | undefined)[] = ['webhook.answered'];

/** Whether the time of a pause does not count. */
export const standsStill = ({ settings }: Pick<Plan, 'settings'>, { kind, event }: Wait): boolean =>
  settings.onResume?.policy === 'reanchor' || (kind === 'answer' && heldBack.includes(event));

/** The wait with the deadline that it has after these pauses. The same however often it is asked. */
export function reanchored(wait: Wait, pauses: readonly Pause[]): Wait {
  // A clock or a date sets the deadline, not the time that has passed.
  if (wait.zone !== undefined) return wait;
  const first = wait.until - (wait.reanchored ?? 0);
  let until = first;
  for (const { from, to } of pauses) if (from < until) until += Math.max(0, to - Math.max(from, wait.since));
  if (until === wait.until) return wait;
  return { ...wait, until, reanchored: until - first };
}

/** By how much of it a pause is to blame that a deadline is only now seen to have passed, in milliseconds. */
const lateness = (until: number, { now, pauses = [] }: RunInput): number =>
  pauses.reduce((sum, { from, to }) => sum + Math.max(0, Math.min(to, now) - Math.max(from, until)), 0);

/** Whether what follows a wait until `until` comes too late by the flow's own choice. */
export function isStale(walk: Walk, until: number): boolean {
  const policy = walk.input.plan.settings.onResume;
  if (policy?.policy !== 'skip') return false;
  const late = lateness(until, walk.input);
  return late > 0 && addDuration(until, policy.after, walk.zone) < until + late;
}
