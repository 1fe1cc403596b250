/** Pure: a condition tree as the builder shows it, and back. Groups are edited by path, never in place. */
import type {
  Condition,
  ConditionLeaf,
  ConditionValue,
  Operator,
} from '../../engine/conditions/condition.ts';
import { type FieldDefinition, findField, needsNoValue } from '../../engine/conditions/fields.ts';
import { readHistoryPath } from '../../engine/conditions/history.ts';
import type { Duration } from '../../engine/time/duration.ts';

export type Leaf = ConditionLeaf;
export type GroupKind = 'all' | 'any' | 'none';

export interface Group {
  kind: GroupKind;
  parts: Condition[];
}

export const isLeaf = (condition: Condition): condition is Leaf => 'field' in condition;

/** `not any` is shown as "none of"; any other `not` too, around what it negates. */
export function groupOf(condition: Condition): Group {
  if ('all' in condition) return { kind: 'all', parts: condition.all };
  if ('any' in condition) return { kind: 'any', parts: condition.any };
  if ('not' in condition) {
    return { kind: 'none', parts: 'any' in condition.not ? condition.not.any : [condition.not] };
  }
  return { kind: 'all', parts: [condition] };
}

const build: Record<GroupKind, (parts: Condition[]) => Condition> = {
  all: (all) => ({ all }),
  any: (any) => ({ any }),
  none: (any) => ({ not: { any } }),
};

/** Undefined once nothing is left to ask. One leaf alone needs no group around it. */
export function fromGroup({ kind, parts }: Group): Condition | undefined {
  const [only] = parts;
  if (!only) return undefined;
  if (parts.length === 1 && kind !== 'none' && isLeaf(only)) return only;
  return build[kind](parts);
}

/** What kind of value an operator takes on a field. */
export type ValueKind = 'none' | 'one' | 'many' | 'number' | 'boolean' | 'date' | 'duration';

export function valueKind(field: FieldDefinition, op: Operator): ValueKind {
  if (needsNoValue(op)) return 'none';
  if (op === 'any-of' || op === 'none-of') return 'many';
  if (op === 'within-last' || op === 'not-within-last') return 'duration';
  if (op === 'before' || op === 'after') return 'date';
  if (field.type === 'boolean') return 'boolean';
  if (field.type === 'number') return 'number';
  return 'one';
}

const startOf: Record<ValueKind, ConditionValue | undefined> = {
  none: undefined,
  one: '',
  many: [],
  number: 0,
  boolean: true,
  date: '',
  duration: 'P30D',
};

/** A leaf for that field, with its first operator and an empty value. */
export function newLeaf(path: string): Leaf {
  const field = findField(path);
  const op = field?.operators[0] ?? 'is';
  return withOperator({ field: path, op }, op);
}

/** Keeps the value where the new operator takes the same kind. */
export function withOperator(leaf: Leaf, op: Operator): Leaf {
  const field = findField(leaf.field);
  if (!field) return { ...leaf, op };
  const before = valueKind(field, leaf.op);
  const after = valueKind(field, op);
  const keeps = before === after && leaf.value !== undefined;
  const value = keeps ? leaf.value : carried(leaf.value, before, after);
  const { within } = leaf;
  return {
    field: leaf.field,
    op,
    ...(value === undefined ? {} : { value }),
    ...(within === undefined ? {} : { within }),
  };
}

/** Of how often something happened it may be asked within a period. */
export const takesPeriod = (leaf: Leaf): boolean => readHistoryPath(leaf.field)?.ask === 'count';

/** Undefined: whenever it was. */
export function withPeriod({ within: _before, ...leaf }: Leaf, within: Duration | undefined): Leaf {
  return within === undefined ? leaf : { ...leaf, within };
}

function carried(
  value: ConditionValue | undefined,
  before: ValueKind,
  after: ValueKind,
): ConditionValue | undefined {
  if (before === 'one' && after === 'many' && typeof value === 'string' && value) return [value];
  if (before === 'many' && after === 'one' && Array.isArray(value) && value[0]) return value[0];
  return startOf[after];
}
