/** Pure: the state in which a run begins, and the repair of one that is blocked. */
import type { Judged } from '../conditions/condition.ts';
import type { RunEvent } from '../events.ts';
import type { NodeId } from '../flow/schema.ts';
import type { Plan } from '../plan/ops.ts';
import { addDuration, isTimeZone } from '../time/calendar.ts';
import type { RunState, StepRecord } from './state.ts';

export interface Beginning {
  triggerNode: NodeId;
  /** Milliseconds since 1970. */
  now: number;
  /** The greatest event seq that the run takes as known: that of the event which started it. */
  seq: number;
  event: RunEvent | null;
  /** How the trigger's condition was judged. */
  because: Judged[];
  /** IANA name: the goal's window is counted in it. One that this machine does not know counts as UTC. */
  timeZone: string;
}

/**
 * The run stands before the trigger's next node; the trigger itself is already in the ledger.
 * @throws {RangeError} when the plan has no such trigger.
 */
export function begin(plan: Plan, input: Beginning): { state: RunState; steps: StepRecord[] } {
  const trigger = plan.triggers.find((each) => each.node === input.triggerNode);
  if (!trigger) throw new RangeError(`This plan has no trigger ${input.triggerNode}`);
  const { now, event, because } = input;
  const detail = {
    kind: 'trigger',
    event: event && { id: event.id, type: event.type, data: event.data },
    because,
  };
  const goal = plan.settings.goal;
  return {
    state: {
      status: 'open',
      node: trigger.next,
      enteredAt: now,
      visits: {},
      wait: null,
      seenSeq: input.seq,
      heard: [],
      problem: null,
      goalUntil: goal
        ? addDuration(now, goal.window, isTimeZone(input.timeZone) ? input.timeZone : 'UTC')
        : null,
      goal: null,
    },
    steps: [
      { node: trigger.node, visit: 1, outcome: 'passed', port: 'next', enteredAt: now, leftAt: now, detail },
    ],
  };
}

/**
 * A blocked run, freed: its node is visited once more, as another visit, whose ledger row says `by` whom. Any other
 * state comes back as it is.
 */
export function retry(state: RunState, by?: { by: string | null; at: number }): RunState {
  return state.status === 'blocked'
    ? { ...state, status: 'open', problem: null, ...(by ? { retried: by } : {}) }
    : state;
}
