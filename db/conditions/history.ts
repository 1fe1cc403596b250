/** What happened to a candidate `c`: when last, and how often. Her events are asked, by an index that holds their kind. */
import { type RawBuilder, sql } from 'kysely';
import type { ConditionValue, Operator } from '../../engine/conditions/condition.ts';
import { asInstant, asNumber } from '../../engine/conditions/memory.ts';
import { after, beginningOf, beginningSql, earliest, moment } from './instant.ts';
import type { Asking, Leaf } from './leaf.ts';
import { and, not, type Part } from './parts.ts';

export async function historyPart(
  { type, ask }: { type: string; ask: 'last' | 'count' },
  leaf: Leaf,
  asking: Asking,
): Promise<Part> {
  if (ask === 'last') return lastPart(type, leaf, asking);
  if (leaf.within !== undefined) return timesPart(type, leaf, asking);
  return countPart(type, leaf.op, leaf.value ?? null);
}

const happened = (type: string, when?: RawBuilder<unknown>): Part =>
  sql<boolean>`exists (select from event e where e.candidate_id = c.id and e.type = ${type} ${when ? sql`and ${when}` : sql``})`;

async function lastPart(type: string, { op, value }: Leaf, asking: Asking): Promise<Part> {
  if (op === 'empty') return not(happened(type));
  if (op === 'within-last') {
    const beginning = await beginningOf(value, asking);
    if (!beginning) return false;
    return and([
      happened(
        type,
        sql`e.at >= ${after(earliest(beginning))} and e.at >= ${beginningSql(beginning, after)}`,
      ),
      not(happened(type, sql`e.at >= ${after(asking.now)}`)),
    ]);
  }
  const bound = asInstant(value);
  if (bound === null) return false;
  if (op === 'after') return happened(type, sql`e.at >= ${after(bound)}`);
  return op === 'before' && and([happened(type), not(happened(type, sql`e.at >= ${moment(bound)}`))]);
}

/** To whom it happened so many times or more: found from the events, which are fewer than the candidates' pasts. */
function atLeast(type: string, times: number): Part {
  if (times <= 0) return true;
  if (times === 1) return happened(type);
  return sql<boolean>`c.id in (select candidate_id from event where type = ${type} group by candidate_id having count(*)::float8 >= ${times}::float8)`;
}

type AtLeast = (times: number) => Part;

/** `atLeast` finds people; `few` is the same, asked only to be turned round. */
const counts: Partial<Record<Operator, (atLeast: AtLeast, few: AtLeast, bound: number) => Part>> = {
  'at-least': (atLeast, _, bound) => atLeast(Math.ceil(bound)),
  greater: (atLeast, _, bound) => atLeast(Math.floor(bound) + 1),
  less: (_, few, bound) => not(few(Math.ceil(bound))),
  'at-most': (_, few, bound) => not(few(Math.floor(bound) + 1)),
  is: (atLeast, few, bound) =>
    Number.isInteger(bound) && bound >= 0 && and([atLeast(bound), not(few(bound + 1))]),
};

function countPart(type: string, op: Operator, value: ConditionValue): Part {
  const bound = asNumber(value);
  const often = (times: number) => atLeast(type, times);
  return bound !== null && (counts[op]?.(often, often, bound) ?? false);
}

/**
 * How often within a period: counted from the events of that time, which an index tells, and where clocks were changed
 * meanwhile once more on her own. Whoever it did not happen to so often is asked one by one.
 */
async function timesPart(type: string, { op, value, within }: Leaf, asking: Asking): Promise<Part> {
  const bound = asNumber(value);
  const beginning = await beginningOf(within, asking);
  if (bound === null || !beginning) return false;
  const since = sql`e.at >= ${after(earliest(beginning))} and e.at >= ${beginningSql(beginning, after)}`;
  const few = (times: number): Part =>
    times <= 0 ||
    sql<boolean>`(select count(*) from (
      select from event e where e.candidate_id = c.id and e.type = ${type} and ${since} limit ${times}) as happened) >= ${times}`;
  const often = (times: number): Part => {
    if (times <= 0 || asking.turned) return few(times);
    if (times === 1) return happened(type, since);
    const someone = sql<boolean>`c.id in (
      select candidate_id from event where type = ${type} and at >= ${after(earliest(beginning))}
      group by candidate_id having count(*) >= ${times})`;
    return and([someone, beginning.others.length === 0 || few(times)]);
  };
  return counts[op]?.(often, few, bound) ?? false;
}
