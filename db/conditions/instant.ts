/** Instants, and relative dates made instants: for each zone in use where "30 days ago" lies on its clock. */
import { type RawBuilder, sql } from 'kysely';
import { asInstant } from '../../engine/conditions/memory.ts';
import { beginsAt } from '../../engine/conditions/period.ts';
import { isTimeZone } from '../../engine/time/calendar.ts';
import type { Asking, Leaf } from './leaf.ts';
import { and, type Part } from './parts.ts';

/** Where a period that ends now began, by the clock of a candidate `c`. Milliseconds. */
export interface Beginning {
  /** On the workspace's clock: of everyone who has no zone of her own that is one, and of all whom `others` does not name. */
  usual: number;
  /** Elsewhere, where the clocks were changed meanwhile and ours were not, or the other way round. */
  others: { zones: string[]; at: number }[];
}

/** Null: `duration` is none. */
export async function beginningOf(
  duration: unknown,
  { known, now }: Pick<Asking, 'known' | 'now'>,
): Promise<Beginning | null> {
  if (typeof duration !== 'string') return null;
  const own = (await known.all('workspace'))[0]?.fields.value;
  const usual = beginsAt(now, duration, typeof own === 'string' && isTimeZone(own) ? own : 'UTC');
  const others = new Map<number, string[]>();
  for (const { id: zone } of await known.all('zones')) {
    if (!isTimeZone(zone)) continue;
    const at = beginsAt(now, duration, zone);
    if (at !== usual) others.set(at, [...(others.get(at) ?? []), zone]);
  }
  return { usual, others: [...others].map(([at, zones]) => ({ at, zones })) };
}

/** The earliest of them: what an index can be asked for, whoever it is. */
export const earliest = ({ usual, others }: Beginning): number =>
  Math.min(usual, ...others.map((other) => other.at));

/** The beginning that counts for `c`, each instant written as `as` writes it. */
export function beginningSql(
  { usual, others }: Beginning,
  as: (ms: number) => RawBuilder<unknown>,
): RawBuilder<unknown> {
  if (others.length === 0) return as(usual);
  const cases = others.map(({ zones, at }) => sql`when c.time_zone = any(${zones}::text[]) then ${as(at)}`);
  return sql`(case ${sql.join(cases, sql` `)} else ${as(usual)} end)`;
}

/** The first moment that is later by a millisecond: what stands in a column is finer than what facts tell of it. */
export const after = (ms: number): RawBuilder<unknown> => moment(ms + 1);
export const moment = (ms: number): RawBuilder<unknown> => sql`${new Date(ms)}::timestamptz`;

/** A column of instants. */
export async function instantPart(
  column: RawBuilder<unknown>,
  { op, value }: Pick<Leaf, 'op' | 'value'>,
  asking: Asking,
): Promise<Part> {
  if (op === 'empty') return sql<boolean>`${column} is null`;
  if (op === 'within-last') {
    const beginning = await beginningOf(value, asking);
    if (!beginning) return false;
    return and([
      sql<boolean>`${column} < ${after(asking.now)}`,
      sql<boolean>`${column} >= ${beginningSql(beginning, after)}`,
    ]);
  }
  const bound = asInstant(value);
  if (bound === null) return false;
  if (op === 'before') return sql<boolean>`${column} < ${moment(bound)}`;
  return op === 'after' && sql<boolean>`${column} >= ${after(bound)}`;
}
