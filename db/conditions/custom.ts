/** Custom fields: whatever type their values have, by the keys that `engine/conditions/keys.ts` made of them. */
import { type RawBuilder, sql } from 'kysely';
import type { ConditionValue, Operator } from '../../engine/conditions/condition.ts';
import type { CustomKey } from '../../engine/conditions/keys.ts';
import { readAsNumber } from '../../engine/conditions/keys.ts';
import { asInstant, asNumber } from '../../engine/conditions/memory.ts';
import { beginningOf, beginningSql } from './instant.ts';
import type { Asking, Leaf } from './leaf.ts';
import { and, or, type Part } from './parts.ts';
import { keysHold, narrowed, pieceOf, somewhere, storable } from './text.ts';

type Ask = (field: Field, value: ConditionValue) => Part;

interface Field {
  key: RawBuilder<unknown>;
  among: ((text: string) => Part) | null;
  holds(some: CustomKey): Part;
}

export async function customPart({ field, op, value }: Leaf, asking: Asking): Promise<Part> {
  const name = field.slice('candidate.custom.'.length);
  if (op === 'within-last') {
    const beginning = await beginningOf(value, asking);
    const at = sql`(c.keys->'custom'->${name}::text->>'at')::float8`;
    const ms = (instant: number) => sql`${instant}::float8`;
    return (
      beginning !== null &&
      and([sql<boolean>`${at} <= ${ms(asking.now)}`, sql<boolean>`${at} > ${beginningSql(beginning, ms)}`])
    );
  }
  return (asks[op] ?? (() => false))(
    {
      key: sql`(c.keys->'custom'->${name}::text)`,
      among: asking.turned ? null : somewhere,
      holds: (some) => keysHold({ custom: { [name]: some } }),
    },
    value ?? null,
  );
}

/** Each way in which a single value may be the same as what is asked for. */
function single({ holds }: Field, value: ConditionValue): Part {
  if (value === null) return false;
  if (typeof value === 'number') return or([holds({ n: value }), holds({ m: value })]);
  const [text, number] = [storable(value), readAsNumber(value)];
  return or([
    ...(text === null ? [] : [holds({ s: text }), holds({ b: text })]),
    ...(number === null ? [] : [holds({ n: number })]),
  ]);
}

function member({ holds }: Field, value: ConditionValue): Part {
  if (value === null) return false;
  if (typeof value === 'number') return or([holds({ ln: [value] }), holds({ lm: [value] })]);
  const [text, number] = [storable(value), readAsNumber(value)];
  return or([
    ...(text === null ? [] : [holds({ ls: [text] })]),
    ...(number === null ? [] : [holds({ ln: [number] })]),
  ]);
}

const ordered =
  (part: 'x' | 'at', read: (value: ConditionValue) => number | null, by: '<' | '>' | '<=' | '>='): Ask =>
  ({ key }, value) => {
    const bound = read(value);
    return (
      bound !== null && sql<boolean>`(${key}->>${sql.lit(part)})::float8 ${sql.raw(by)} ${bound}::float8`
    );
  };

const asks: Partial<Record<Operator, Ask>> = {
  is: single,
  contains: (field, value) => {
    if (value === null || Array.isArray(value)) return false;
    const held = or([member(field, value), pieceOf(sql`(${field.key}->>'s')`, 'contains', value, null)]);
    // Numbers are no text.
    const text = readAsNumber(value) === null ? storable(value) : null;
    return text === null ? held : and([narrowed(text, field.among), held]);
  },
  'starts-with': ({ key, among }, value) => pieceOf(sql`(${key}->>'s')`, 'starts-with', value, among),
  'any-of': (field, value) =>
    or((Array.isArray(value) ? value : [value]).flatMap((one) => [single(field, one), member(field, one)])),
  greater: ordered('x', asNumber, '>'),
  less: ordered('x', asNumber, '<'),
  'at-least': ordered('x', asNumber, '>='),
  'at-most': ordered('x', asNumber, '<='),
  before: ordered('at', asInstant, '<'),
  after: ordered('at', asInstant, '>'),
  empty: ({ key }) => sql<boolean>`(${key} is null or ${key} ? 'e')`,
};
