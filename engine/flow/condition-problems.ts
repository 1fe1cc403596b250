/** Pure: what is wrong with a condition: fields, operators and values that do not go together. */
import type { Condition, ConditionValue } from '../conditions/condition.ts';
import { type FieldDefinition, findField, isOpenField, needsNoValue } from '../conditions/fields.ts';
import { mostTimes, readHistoryPath } from '../conditions/history.ts';
import { asInstant, asNumber } from '../conditions/memory.ts';
import { hasEmptyGroup, leavesOf } from '../conditions/reads.ts';
import { durationSchema } from '../time/duration.ts';
import { type Problem, problem } from './problem.ts';
import type { NodeId } from './schema.ts';

interface Place {
  node: NodeId | null;
  field: string;
}

/** `hasEvent`: the condition is asked when something has just happened, so that `event.*` holds something. */
export function* conditionProblems(
  condition: unknown,
  place: Place,
  label: string,
  hasEvent: boolean,
): Generator<Problem> {
  const tree = condition as Condition;
  if (hasEmptyGroup(tree)) yield problem('condition-empty', place, { it: label });
  for (const leaf of leavesOf(tree)) {
    const field = findField(leaf.field);
    if (!field) yield problem('condition-field-unknown', place, { it: leaf.field });
    else if (!hasEvent && leaf.field.startsWith('event.'))
      yield problem('condition-event-absent', place, { it: leaf.field });
    else if (!field.operators.includes(leaf.op)) {
      yield problem('condition-operator-unknown', place, {
        it: field.label,
        more: leaf.op.replaceAll('-', ' '),
      });
    } else if (leaf.within !== undefined && !isCountOfPast(leaf.field)) {
      yield problem('condition-period-misplaced', place, { it: field.label });
    } else if (leaf.within !== undefined && !durationSchema.safeParse(leaf.within).success) {
      yield problem('condition-period-bad', place, { it: field.label, more: `“${leaf.within}”` });
    } else if (!needsNoValue(leaf.op)) {
      const value = leaf.value ?? null;
      if (value === null || value === '' || (Array.isArray(value) && value.length === 0)) {
        yield problem('condition-value-missing', place, { it: field.label });
      } else if (leaf.within !== undefined && !isTimes(value)) {
        yield problem('condition-times-bad', place, { it: field.label, more: String(mostTimes) });
      } else if (!fits(field, leaf.op, value)) {
        yield problem('condition-value-bad', place, { it: field.label, more: `“${String(value)}”` });
      }
    }
  }
}

const isCountOfPast = (path: string): boolean => readHistoryPath(path)?.ask === 'count';

/** What is read of a past ends somewhere. */
const isTimes = (value: ConditionValue): boolean => {
  const times = asNumber(value);
  return times !== null && Number.isInteger(times) && times >= 0 && times <= mostTimes;
};

function fits(field: FieldDefinition, op: string, value: ConditionValue): boolean {
  if (op === 'within-last' || op === 'not-within-last') return durationSchema.safeParse(value).success;
  if (op === 'before' || op === 'after') return asInstant(value) !== null;
  if (op === 'any-of' || op === 'none-of')
    return Array.isArray(value) && value.every((each) => isChoice(field, each));
  if (Array.isArray(value)) return false;
  if (op === 'greater' || op === 'less' || op === 'at-least' || op === 'at-most')
    return asNumber(value) !== null;
  if (isOpenField(field.path)) return true;
  if (field.type === 'number') return asNumber(value) !== null;
  if (field.type === 'boolean') return typeof value === 'boolean';
  return typeof value === 'string' && isChoice(field, value);
}

const isChoice = (field: FieldDefinition, value: string): boolean =>
  field.type !== 'choice' || !field.options || field.options.some((option) => option.value === value);
