/** Pure: the interpreter. State, facts and events in; effects asked for on the way; the next state out. */
import type { EffectRequest, EffectResult } from '../effects/effect.ts';
import type { Landing } from './deadline.ts';
import { mayLeaveAt } from './leaving.ts';
import { runOp } from './ops.ts';
import { reanchored, standsStill } from './pauses.ts';
import { isClosed, lookAgainAt, type RunInput, type RunOutcome } from './state.ts';
import { Walk } from './walk.ts';

/** More ops than these in one call are left for the next, so that no transaction grows without end. */
export const maxOps = 200;

/**
 * First the exits and goals among the unseen events, then what the run waits for, then its deadline, then op after
 * op until the next wait or the end. Of several goals that were reached, the run goes to one after the other. Called
 * again at once on its own outcome it changes nothing.
 *
 * The events that an effect causes are to be written in order, with the seqs that follow the last of `input.events`;
 * an exit or a goal among them acts at once. They are given back among the unseen events of the next call.
 */
export function* run(input: RunInput): Generator<EffectRequest, RunOutcome, EffectResult> {
  const walk = new Walk(input);
  const { state } = walk;
  if (isClosed(state.status)) return { state: input.state, steps: [], wakeAt: null, end: null };

  const over = walk.hear(walk.events) || walk.leaveWhen(null);
  // A paused run keeps its unseen events: what it waits for must still be there when it goes on.
  if (input.paused && !over)
    return { ...walk.outcome(leavesAt(walk)), state: { ...state, heard: input.state.heard } };

  if (state.wait && standsStill(input.plan, state.wait))
    state.wait = reanchored(state.wait, input.pauses ?? []);
  state.seenSeq = walk.events.at(-1)?.seq ?? state.seenSeq;
  if (over) return walk.outcome(null);

  // Even a blocked run goes to a goal that was reached.
  let landing: Landing = walk.jump() || state.status === 'open' ? 'moved' : 'stopped';
  for (let ops = 0; ops < maxOps; ops++) {
    if (landing !== 'moved' && !isClosed(state.status) && walk.jump()) landing = 'moved';
    if (landing === 'waiting') return walk.outcome(wakeAt(walk));
    if (landing === 'stopped') return walk.outcome(isClosed(state.status) ? null : leavesAt(walk));
    landing = yield* runOp(walk);
  }
  return walk.outcome(input.now);
}

/** When time alone may have it leave the flow: also a blocked run, and one of a paused flow, looks then. */
const leavesAt = ({ input, facts, now }: Walk): number | null => mayLeaveAt(input.plan, { facts, now });

/** When the wait is to be looked at again, or the flow's own condition for leaving, whichever comes first. */
function wakeAt(walk: Walk): number | null {
  const { wait } = walk.state;
  const looks = [wait && lookAgainAt(wait), leavesAt(walk)];
  return looks.reduce((first, at) => (first === null || (at !== null && at < first) ? at : first));
}
