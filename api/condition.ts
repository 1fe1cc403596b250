/** Pure: a condition that the caller sent, refused with a sentence for each thing that is wrong with it. */
import type { Condition } from '../engine/conditions/condition.ts';
import { leavesOf } from '../engine/conditions/reads.ts';
import { conditionProblems } from '../engine/flow/condition-problems.ts';
import { invalid } from './problems.ts';

/** More questions than anyone asks by hand, and few enough for one statement. */
const mostLeaves = 200;

/** @throws {Problem} `invalid` */
export function soundCondition(condition: Condition, path = 'condition'): Condition {
  if ([...leavesOf(condition)].length > mostLeaves)
    throw invalid({ path, message: `asks more than ${mostLeaves} questions` });
  const problems = [...conditionProblems(condition, { node: null, field: path }, 'Condition', false)];
  if (problems.length > 0) throw invalid(...problems.map(({ message }) => ({ path, message })));
  return condition;
}
