/** Pure: conditions, and how they were judged, as sentences. */
import { sourceInWords } from '../events/source-words.ts';
import { durationInWords } from '../time/words.ts';
import type { Condition, ConditionLeaf, ConditionValue, Judged, Operator } from './condition.ts';
import { findField } from './fields.ts';
import { historyLabel, readHistoryPath } from './history.ts';

/** Names for ids that stand as values. */
export interface ValueNames {
  pool(id: string): string | null;
  job(id: string): string | null;
  pipeline?(id: string): string | null;
}

const phrases: Record<Operator, string> = {
  is: 'is',
  'is-not': 'is not',
  contains: 'contains',
  'contains-not': 'does not contain',
  'starts-with': 'starts with',
  'any-of': 'is any of',
  'none-of': 'is none of',
  greater: 'is more than',
  less: 'is less than',
  'at-least': 'is at least',
  'at-most': 'is at most',
  before: 'is before',
  after: 'is after',
  'within-last': 'is within the last',
  'not-within-last': 'is not within the last',
  empty: 'is empty',
  'not-empty': 'is filled in',
};

/** For what holds several things: tags and pools. */
const plural: Partial<Record<Operator, string>> = {
  contains: 'include',
  'contains-not': 'do not include',
  'any-of': 'include any of',
  'none-of': 'include none of',
  empty: 'are empty',
  'not-empty': 'are filled in',
};

/** Where "is" would say less than the verb of what happened. */
const happened: Record<string, string> = { 'event.to': 'Moved to', 'event.from': 'Moved from' };

const quoted = (text: string): string => `“${text}”`;

function valueInWords(
  field: string,
  op: Operator,
  value: ConditionValue | undefined,
  names: ValueNames,
): string {
  if (value === undefined || value === null || op === 'empty' || op === 'not-empty') return '';
  if (op === 'within-last' || op === 'not-within-last') return ` ${durationInWords(String(value))}`;
  const definition = findField(field);
  const name = (each: string): string => {
    if (field === 'candidate.pools' || field === 'event.poolId') return names.pool(each) ?? each;
    if (field === 'event.pipelineId') return names.pipeline?.(each) ?? each;
    if (field === 'job.id' || field === 'event.jobId') return names.job(each) ?? each;
    if (field.endsWith('.source')) return sourceInWords(each);
    return definition?.options?.find((option) => option.value === each)?.label ?? each;
  };
  if (Array.isArray(value)) return ` ${value.map((each) => quoted(name(each))).join(', ')}`;
  return ` ${typeof value === 'string' ? quoted(name(value)) : String(value)}`;
}

const often: Partial<Record<Operator, string>> = {
  is: 'exactly',
  'is-not': 'not exactly',
  greater: 'more than',
  less: 'fewer than',
  'at-least': 'at least',
  'at-most': 'at most',
};

/** "Clicked in an email at least 2 times within the last 90 days"; null: it asks about no period. */
function timesInWords({ field, op, value, within }: ConditionLeaf): string | null {
  const past = within === undefined ? null : readHistoryPath(field);
  if (!past || within === undefined) return null;
  const times = `${String(value ?? '…')} ${Number(value) === 1 ? 'time' : 'times'}`;
  return `${historyLabel(past.type)} ${often[op] ?? phrases[op]} ${times} within the last ${durationInWords(within)}`;
}

/** "Tags include “silver-medallist”". */
export function leafInWords(leaf: ConditionLeaf, names: ValueNames): string {
  const times = timesInWords(leaf);
  if (times !== null) return times;
  const field = findField(leaf.field);
  const isMany = field?.type === 'tags' || field?.type === 'pools';
  const phrase = (isMany ? plural[leaf.op] : undefined) ?? phrases[leaf.op];
  const verb = leaf.op === 'is' ? happened[leaf.field] : undefined;
  return `${verb ?? `${field?.label ?? leaf.field} ${phrase}`}${valueInWords(leaf.field, leaf.op, leaf.value, names)}`;
}

/** A whole condition: "Tags include “a” or (Stage is “b” and Country is “PT”)". */
export function conditionInWords(condition: Condition, names: ValueNames): string {
  if ('all' in condition) return joined(condition.all, ' and ', names);
  if ('any' in condition) return joined(condition.any, ' or ', names);
  if ('not' in condition) return `not (${conditionInWords(condition.not, names)})`;
  return leafInWords(condition, names);
}

function joined(conditions: Condition[], by: string, names: ValueNames): string {
  return conditions
    .map((each) =>
      'all' in each || 'any' in each ? `(${conditionInWords(each, names)})` : conditionInWords(each, names),
    )
    .join(by);
}

/** With what was there instead, where it did not hold: "Stage is “Offer”: it was “Phone screen”". */
export function judgedInWords(judged: Judged, names: ValueNames): string {
  const asked = leafInWords(judged, names);
  if (judged.holds) return asked;
  return `${asked}: ${actualInWords(judged, names)}`;
}

function actualInWords({ field, actual }: Judged, names: ValueNames): string {
  if (
    actual === null ||
    actual === undefined ||
    actual === '' ||
    (Array.isArray(actual) && actual.length === 0)
  )
    return 'there is nothing';
  const value = Array.isArray(actual) ? actual.map(String) : String(actual);
  return `it was${valueInWords(field, 'is', value, names)}`;
}
