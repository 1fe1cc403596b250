/** Pure: the kinds of event whose past a plan's conditions ask for, wherever in it they stand. */
import { historyTypesIn } from '../conditions/reads.ts';
import type { Plan } from './ops.ts';

const known = new WeakMap<Plan, string[]>();

export function historyOfPlan(plan: Plan): string[] {
  let types = known.get(plan);
  if (!types) {
    types = historyIn(plan);
    known.set(plan, types);
  }
  return types;
}

/** The same of anything that holds conditions, such as a draft. */
export const historyIn = (value: unknown): string[] => historyTypesIn([...new Set(pathsIn(value))]);

/** Every condition's leaf names its `field`; which op or setting holds the condition does not matter. */
function* pathsIn(value: unknown): Generator<string> {
  if (typeof value !== 'object' || value === null) return;
  if ('field' in value && typeof value.field === 'string') yield value.field;
  for (const each of Object.values(value)) yield* pathsIn(each);
}
