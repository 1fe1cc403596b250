/** Pure: what a plan's conditions ask of the past, wherever in it they stand. */
import type { ConditionLeaf } from '../conditions/condition.ts';
import type { PastAsked } from '../conditions/history.ts';
import { pastsIn } from '../conditions/reads.ts';
import type { Plan } from './ops.ts';

const known = new WeakMap<Plan, PastAsked[]>();

export function historyOfPlan(plan: Plan): PastAsked[] {
  let asked = known.get(plan);
  if (!asked) {
    asked = historyIn(plan);
    known.set(plan, asked);
  }
  return asked;
}

/** The same of anything that holds conditions, such as a draft. */
export const historyIn = (value: unknown): PastAsked[] => pastsIn(leavesIn(value));

/** Every condition's leaf names its `field`; which op or setting holds the condition does not matter. */
function* leavesIn(value: unknown): Generator<ConditionLeaf> {
  if (typeof value !== 'object' || value === null) return;
  if ('field' in value && typeof value.field === 'string') yield value as ConditionLeaf;
  for (const each of Object.values(value)) yield* leavesIn(each);
}
