/** Pure: what a flow would do with a candidate, on a virtual clock, by the very interpreter that runs it for real. */
import type { DecisionCode } from '../contact/arbiter.ts';
import type { NewEvent, RunEvent } from '../events.ts';
import type { Facts } from '../facts.ts';
import type { RunOutcome, RunState, StepRecord } from '../run/state.ts';
import { isAnsweredFor, SimulatedAnswers } from './answers.ts';
import { SimulatedEnrolment, type SimulatedMessage, type SimulatedStart } from './enrolment.ts';

/** What may be done to the flow meanwhile. */
export type Pausing = 'pause' | 'resume';

export interface Simulation extends SimulatedStart {
  /**
   * What the candidate and others do meanwhile. Messages are this run's own unless told otherwise. Of other systems
   * that are called it is what they answer, from then on; untold, they take the call at once and say nothing.
   */
  events?: (NewEvent & { at: number; enrolmentId?: string | null })[];
  /** When the flow itself is paused, and goes on; milliseconds since 1970. */
  pauses?: { at: number; does: Pausing }[];
  /** Milliseconds since 1970; default: as long as it takes, at most ten years. */
  until?: number;
}

export interface SimulatedRun {
  steps: StepRecord[];
  messages: SimulatedMessage[];
  /** What the arbiter did not let go at all: node and visit → why. */
  skipped: ReadonlyMap<string, DecisionCode>;
  events: RunEvent[];
  state: RunState;
  facts: Facts;
  end: RunOutcome['end'];
  /** Milliseconds since 1970: when it came to its end, or as far as it was followed. */
  at: number;
}

/** A loop goes round until someone leaves it; this much of it shows enough. */
const maxSteps = 10_000;
const tenYears = 3653 * 86_400_000;

/** @throws {RangeError} when the plan has no such trigger. */
export function simulate(input: Simulation): SimulatedRun {
  const until = input.until ?? input.start + tenYears;
  const events = input.events ?? [];
  const answers = new SimulatedAnswers(
    events.filter(({ type }) => isAnsweredFor(type)).sort((a, b) => a.at - b.at),
  );
  const enrolment = new SimulatedEnrolment({ ...input, answers });
  enrolment.advance();
  const happenings = [
    ...events.map(({ at, ...event }) => ({
      at,
      take: () => (isAnsweredFor(event.type) ? enrolment.advance() : enrolment.happen(event)),
    })),
    ...(input.pauses ?? []).map(({ at, does }) => ({ at, take: () => enrolment[does]() })),
  ].sort((a, b) => a.at - b.at);
  for (const { at, take } of happenings) {
    // What has not left yet may still be recalled when the run has come to its end.
    if (at > until || (enrolment.end && !enrolment.hasMailAfter(at))) break;
    enrolment.runUntil(at, maxSteps);
    if (enrolment.steps.length >= maxSteps) break;
    take();
  }
  while (
    !enrolment.end &&
    enrolment.wakeAt !== null &&
    enrolment.wakeAt <= until &&
    enrolment.steps.length < maxSteps
  ) {
    enrolment.runUntil(enrolment.wakeAt);
  }
  const { steps, messages, state, facts, end, now, endedAt } = enrolment;
  const { skipped } = enrolment.mailbox;
  return { steps, messages, skipped, events: enrolment.events, state, facts, end, at: endedAt ?? now };
}
