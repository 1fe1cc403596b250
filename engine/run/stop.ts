/** Pure: a run ended from outside, by a person or a merge. */
import { isClosed, type RunInput, type RunOutcome } from './state.ts';
import { Walk } from './walk.ts';

/**
 * What the run has not heard yet is heard first: a goal that was reached counts, and an exit keeps its own reason.
 * Otherwise it is exited for `reason`, `by` a person whose id it is or by nobody. A run that is over comes back as it is.
 */
export function stop(input: RunInput, reason: string, by: string | null = null): RunOutcome {
  const walk = new Walk(input);
  if (isClosed(walk.state.status)) return { state: input.state, steps: [], wakeAt: null, end: null };
  if (!walk.hear(walk.events)) walk.close('exited', reason, null, [], by);
  walk.state.seenSeq = walk.events.at(-1)?.seq ?? walk.state.seenSeq;
  return walk.outcome(null);
}
