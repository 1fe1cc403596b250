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
  return ask === 'last' ? lastPart(type, leaf, asking) : countPart(type, leaf.op, leaf.value ?? null);
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

const counts: Partial<Record<Operator, (type: string, bound: number) => Part>> = {
  'at-least': (type, bound) => atLeast(type, Math.ceil(bound)),
  greater: (type, bound) => atLeast(type, Math.floor(bound) + 1),
  less: (type, bound) => not(atLeast(type, Math.ceil(bound))),
  'at-most': (type, bound) => not(atLeast(type, Math.floor(bound) + 1)),
  is: (type, bound) =>
    Number.isInteger(bound) && bound >= 0 && and([atLeast(type, bound), not(atLeast(type, bound + 1))]),
};

function countPart(type: string, op: Operator, value: ConditionValue): Part {
  const bound = asNumber(value);
  return bound !== null && (counts[op]?.(type, bound) ?? false);
}
