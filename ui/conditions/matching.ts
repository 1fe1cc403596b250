/** Pure: whether it can be counted beforehand for how many a condition holds, and if not, why. */
import type { Condition } from '../../engine/conditions/condition.ts';
import { fieldsOf } from '../../engine/conditions/reads.ts';
import { conditionProblems } from '../../engine/flow/condition-problems.ts';

/** `event`: asks about what has just happened. `run`: asks about the run itself. `unfinished`: a value is missing. */
export type Uncounted = 'event' | 'run' | 'unfinished';

/** Null: it can be counted. */
export function whyUncounted(condition: Condition): Uncounted | null {
  const fields = fieldsOf(condition);
  if (fields.some((field) => field.startsWith('event.'))) return 'event';
  if (fields.some((field) => field.startsWith('run.'))) return 'run';
  const [first] = conditionProblems(condition, { node: null, field: 'condition' }, 'Condition', false);
  return first ? 'unfinished' : null;
}

/** A flow asks about the application it runs for; counted is whoever has any such application. */
export const asksApplications = (condition: Condition): boolean =>
  fieldsOf(condition).some((field) => field.startsWith('application.') || field.startsWith('job.'));
