/** Pure: which events mean something to a run: its exits, its goal, what it waits for. */
import type { Judged } from '../conditions/condition.ts';
import { judge } from '../conditions/memory.ts';
import type { RunEvent } from '../events.ts';
import type { Facts } from '../facts.ts';
import type { NodeId } from '../flow/schema.ts';
import type { Answer, AwaitScope, Plan } from '../plan/ops.ts';
import type { RunState, Wait } from './state.ts';

/** Whose events count: the run's own application and its own messages. */
export interface Ours {
  enrolmentId: string;
  applicationId: string | null;
  /** Milliseconds since 1970. */
  startedAt?: number;
}

/** Events of another application of the same candidate are none of this run's business. */
const concerns = (event: RunEvent, ours: Ours): boolean =>
  !event.type.startsWith('application.') ||
  event.applicationId === null ||
  ours.applicationId === null ||
  event.applicationId === ours.applicationId;

export const isMessage = (type: string): boolean => type.startsWith('message.');

export const isOurMessage = (event: RunEvent, ours: Ours): boolean =>
  isMessage(event.type) && event.enrolmentId === ours.enrolmentId;

/** Brought by a merge, and older than `instant`. Clocks of two machines may differ by a minute. */
export const movedFromBefore = ({ movedFrom }: RunEvent, instant: number): boolean =>
  typeof movedFrom === 'number' && movedFrom < instant - 60_000;

/** What holds of a person whenever it happened, and on whichever of her records. */
const lasting: readonly string[] = [
  'message.unsubscribed',
  'message.complained',
  'message.bounced',
  'candidate.hired',
];

/** Leaving the flow: an unsubscription ends it, whichever message it answered. A merge brings no other old exits. */
export const isExit = (plan: Plan, event: RunEvent, ours: Ours): boolean =>
  plan.settings.exitOn.includes(event.type) &&
  concerns(event, ours) &&
  (lasting.includes(event.type) || !movedFromBefore(event, ours.startedAt ?? 0));

/** Reaching the goal: within its window, and for messages by one of this run's own. Also asked after the run is over. */
export function isGoal(
  plan: Plan,
  goalUntil: RunState['goalUntil'],
  event: RunEvent,
  ours: Ours,
  facts: Facts,
  now: number,
): boolean {
  const goal = plan.settings.goal;
  if (!goal || goalUntil === null || event.at > goalUntil || !goal.events.includes(event.type)) return false;
  if (ours.startedAt !== undefined && event.at < ours.startedAt) return false;
  if (!concerns(event, ours) || (isMessage(event.type) && !isOurMessage(event, ours))) return false;
  return !goal.when || judge(goal.when, { facts, event, now }).holds;
}

/**
 * Of the type that an await names, and from where it listens: what this run's own steps did is no answer to it,
 * whichever call of the interpreter gives it back. Its condition is judged apart.
 */
export function isAwaited(type: string, scope: AwaitScope, event: RunEvent, ours: Ours): boolean {
  if (event.type !== type || !concerns(event, ours)) return false;
  if (!isMessage(type)) return event.enrolmentId !== ours.enrolmentId;
  return scope === 'anyone' || isOurMessage(event, ours);
}

/** The kinds of event that may take a run to one of its goals. */
export const jumpEvents = (plan: Plan): string[] => [
  ...new Set(
    (plan.goals ?? []).flatMap((node) => {
      const op = plan.ops[node];
      return op?.op === 'goal' ? [op.event] : [];
    }),
  ),
];

/** A node that the run jumps to, with how its condition was judged. */
export interface Jump {
  event: RunEvent;
  node: NodeId;
  because: Judged[];
}

/** Where this event takes the run, if anywhere. What its own steps did takes it nowhere, or it could go round for ever. */
export function jumpBy(
  plan: Plan,
  visits: RunState['visits'],
  event: RunEvent,
  ours: Ours,
  facts: Facts,
  now: number,
): Jump | null {
  if (movedFromBefore(event, ours.startedAt ?? 0)) return null;
  for (const node of plan.goals ?? []) {
    const op = plan.ops[node];
    if (op?.op !== 'goal' || visits[node] !== undefined || !isAwaited(op.event, 'enrolment', event, ours))
      continue;
    const verdict = op.when ? judge(op.when, { facts, event, now }) : { holds: true, because: [] };
    if (verdict.holds) return { event, node, because: verdict.because };
  }
  return null;
}

/** The answer to what this very visit asked, with an outcome that it knows. */
export const isAnswer = (
  { type, enrolmentId, data }: RunEvent,
  { event, ports }: Answer,
  { visit, asked }: Wait,
  node: NodeId,
  ours: Ours,
): boolean =>
  type === event &&
  enrolmentId === ours.enrolmentId &&
  data.node === (asked ?? node) &&
  data.visit === visit &&
  typeof data.outcome === 'string' &&
  Object.hasOwn(ports, data.outcome);
