/** Text by its folded keys: those of a candidate's own fields (`engine/conditions/keys.ts`), and her address's. */
import { type RawBuilder, sql } from 'kysely';
import type { ConditionValue } from '../../engine/conditions/condition.ts';
import { fold } from '../../engine/conditions/fold.ts';
import type { KeyedField } from '../../engine/conditions/keys.ts';
import type { Leaf } from './leaf.ts';
import { or, type Part } from './parts.ts';

/** As it would be stored; null: nothing that is stored could be or hold it. */
export function storable(value: ConditionValue | undefined): string | null {
  if (value === null || value === undefined) return null;
  const key = fold(String(value));
  return key.includes('\0') ? null : key;
}

const members = (value: ConditionValue | undefined): ConditionValue[] =>
  Array.isArray(value) ? value : [value ?? null];

/** Some of the candidate's keys are these: asked so, one index serves every field. */
export const keysHold = (some: Record<string, unknown>): RawBuilder<boolean> =>
  sql<boolean>`c.keys @> ${JSON.stringify(some)}::jsonb`;

export function keyedPart(field: KeyedField, { op, value }: Leaf): Part {
  const key = sql`(c.keys->>${sql.lit(field)})`;
  const equals = (one: ConditionValue): Part => {
    const text = storable(one);
    return text !== null && keysHold({ [field]: text });
  };
  return textPart(key, equals, { op, value });
}

export function emailPart({ op, value }: Pick<Leaf, 'op' | 'value'>): Part {
  const key = sql`(select address_key from candidate_email where candidate_id = c.id and is_primary)`;
  const equals = (one: ConditionValue): Part => {
    const text = storable(one);
    return (
      text !== null &&
      sql<boolean>`exists (select from candidate_email where candidate_id = c.id and is_primary and address_key = ${text})`
    );
  };
  return textPart(key, equals, { op, value });
}

function textPart(
  key: RawBuilder<unknown>,
  equals: (one: ConditionValue) => Part,
  { op, value }: Pick<Leaf, 'op' | 'value'>,
): Part {
  switch (op) {
    case 'is':
      return equals(value ?? null);
    case 'any-of':
      return or(members(value).map(equals));
    case 'contains':
    case 'starts-with':
      return pieceOf(key, op, value);
    case 'empty':
      return sql<boolean>`coalesce(${key}, '') = ''`;
    default:
      return false;
  }
}

export function pieceOf(
  key: RawBuilder<unknown>,
  op: 'contains' | 'starts-with',
  value: ConditionValue | undefined,
): Part {
  const text = op === 'contains' && Array.isArray(value) ? null : storable(value);
  if (text === null) return false;
  return op === 'contains'
    ? sql<boolean>`strpos(${key}, ${text}) > 0`
    : sql<boolean>`starts_with(${key}, ${text})`;
}
