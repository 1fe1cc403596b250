/** Text by its folded keys: those of a candidate's own fields (`engine/conditions/keys.ts`), and her address's. */
import { type RawBuilder, sql } from 'kysely';
import type { ConditionValue } from '../../engine/conditions/condition.ts';
import { fold } from '../../engine/conditions/fold.ts';
import type { KeyedField } from '../../engine/conditions/keys.ts';
import type { Leaf } from './leaf.ts';
import { and, or, type Part } from './parts.ts';

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

export function keyedPart(field: KeyedField, { op, value }: Leaf, turned = false): Part {
  const key = sql`(c.keys->>${sql.lit(field)})`;
  const equals = (one: ConditionValue): Part => {
    const text = storable(one);
    return text !== null && keysHold({ [field]: text });
  };
  return textPart(key, equals, turned ? null : somewhere, { op, value });
}

export function emailPart({ op, value }: Pick<Leaf, 'op' | 'value'>, turned = false): Part {
  const key = sql`(select address_key from candidate_email where candidate_id = c.id and is_primary)`;
  const equals = (one: ConditionValue): Part => {
    const text = storable(one);
    return (
      text !== null &&
      sql<boolean>`exists (select from candidate_email where candidate_id = c.id and is_primary and address_key = ${text})`
    );
  };
  const among = (text: string): Part =>
    sql<boolean>`exists (select from candidate_email where candidate_id = c.id and is_primary and address_key like ${like(text)})`;
  return textPart(key, equals, turned ? null : among, { op, value });
}

/** Shorter pieces are in no index of trigrams. */
const shortest = 3;
const like = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

/** It stands in some text of hers, or is in a list, whichever: an index of all of it tells. */
export const somewhere = (text: string): Part =>
  sql<boolean>`exists (select from candidate_text where candidate_id = c.id and text like ${like(text)})`;

/** Who may have it, where an index can tell; otherwise anyone. */
export const narrowed = (text: string, among: ((text: string) => Part) | null): Part =>
  among && text.length >= shortest ? among(text) : true;

function textPart(
  key: RawBuilder<unknown>,
  equals: (one: ConditionValue) => Part,
  among: ((text: string) => Part) | null,
  { op, value }: Pick<Leaf, 'op' | 'value'>,
): Part {
  switch (op) {
    case 'is':
      return equals(value ?? null);
    case 'any-of':
      return or(members(value).map(equals));
    case 'contains':
    case 'starts-with':
      return pieceOf(key, op, value, among);
    case 'empty':
      return sql<boolean>`coalesce(${key}, '') = ''`;
    default:
      return false;
  }
}

/** `among`: who may have it, so that not everyone is asked; null: everyone is. */
export function pieceOf(
  key: RawBuilder<unknown>,
  op: 'contains' | 'starts-with',
  value: ConditionValue | undefined,
  among: ((text: string) => Part) | null,
): Part {
  const text = op === 'contains' && Array.isArray(value) ? null : storable(value);
  if (text === null) return false;
  const has =
    op === 'contains'
      ? sql<boolean>`strpos(${key}, ${text}) > 0`
      : sql<boolean>`starts_with(${key}, ${text})`;
  return and([narrowed(text, among), has]);
}
