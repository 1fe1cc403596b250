/** What the interpreter is told of a run that a person or a merge changes from outside: the flow's pause does not matter. */
import type { Plan } from '../../engine/plan/ops.ts';
import type { RunInput } from '../../engine/run/state.ts';
import type { LoadedEnrolment } from './enrolments.ts';

export const inputOf = (loaded: LoadedEnrolment, plan: Plan, now: number): RunInput => ({
  plan,
  state: loaded.state,
  enrolmentId: loaded.id,
  applicationId: loaded.applicationId,
  startedAt: loaded.startedAt,
  facts: loaded.facts,
  events: loaded.events,
  now,
  paused: false,
});
