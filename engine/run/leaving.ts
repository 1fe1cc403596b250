/** Pure: a flow's own condition for leaving, asked of a run that is on its way, or over with something still to leave. */
import type { Condition, Judged } from '../conditions/condition.ts';
import { judge } from '../conditions/memory.ts';
import { fieldsOf, nextFlip } from '../conditions/reads.ts';
import type { RunEvent } from '../events.ts';
import type { Facts } from '../facts.ts';
import type { Plan } from '../plan/ops.ts';

/** Why a run ended that was left by the flow's own condition. */
export const exitByCondition = 'exit-when';

const asksAboutEvents = (condition: Condition): boolean =>
  fieldsOf(condition).some((field) => field.startsWith('event.'));

/**
 * Asked once something has happened, or (`event` null) as things stand: then a question about an event has no answer.
 * Null: it does not hold; otherwise why it does.
 */
export function leavesBecause(
  { settings: { exitWhen } }: Pick<Plan, 'settings'>,
  { facts, event, now }: { facts: Facts; event: RunEvent | null; now: number },
): Judged[] | null {
  if (!exitWhen || (!event && asksAboutEvents(exitWhen))) return null;
  const { holds, because } = judge(exitWhen, { facts, event, now });
  return holds ? because : null;
}

/** When time alone may make it hold, though nothing happens; null: never. Milliseconds since 1970. */
export function mayLeaveAt(
  { settings: { exitWhen } }: Pick<Plan, 'settings'>,
  scope: { facts: Facts; now: number },
): number | null {
  return exitWhen && !asksAboutEvents(exitWhen) ? nextFlip(exitWhen, scope) : null;
}

/** Whether what has happened since, or how things stand now, means that nothing of the run may leave any more. */
export const hasLeft = (
  plan: Pick<Plan, 'settings'>,
  { facts, events, now }: { facts: Facts; events: readonly RunEvent[]; now: number },
): boolean => [null, ...events].some((event) => leavesBecause(plan, { facts, event, now }) !== null);
