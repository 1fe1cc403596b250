/**
 * What a forecast is asked, as it stands in the address. For whom: `events-30`, `pool` with its id, or `condition` with
 * the condition itself; `of`: the live version instead of the draft; `rate`: so many enter a minute.
 */
import { type Condition, conditionSchema } from '../../../engine/conditions/condition.ts';
import type { CohortAsked } from '../server.ts';

export const kinds = ['events-30', 'events-90', 'pool', 'condition'] as const;
export type CohortKind = (typeof kinds)[number];

export const kindIn = (query: URLSearchParams): CohortKind =>
  kinds.find((kind) => kind === query.get('cohort')) ?? 'events-90';

export function conditionIn(query: URLSearchParams): Condition | null {
  try {
    const read = conditionSchema.safeParse(JSON.parse(query.get('when') ?? 'null'));
    return read.success ? read.data : null;
  } catch {
    return null;
  }
}

/** Null: not said to the end yet. */
export function cohortIn(query: URLSearchParams): CohortAsked | null {
  const kind = kindIn(query);
  const pool = query.get('pool');
  const condition = conditionIn(query);
  const asked = {
    'events-30': { events: { days: 30 } },
    'events-90': { events: { days: 90 } },
    pool: pool ? { poolId: pool } : null,
    condition: condition ? { condition } : null,
  } satisfies Record<CohortKind, CohortAsked | null>;
  return asked[kind];
}

/** A flow that was never live has a draft alone. */
export const sideIn = (query: URLSearchParams, hasLive: boolean): 'draft' | 'live' =>
  hasLive && query.get('of') === 'live' ? 'live' : 'draft';

/** Past events have times of their own: nobody is let in by them. */
export const hasPace = (kind: CohortKind): boolean => kind === 'pool' || kind === 'condition';

export const mostPerMinute = 100_000;
/** Null: all at once. Undefined: what was typed is no such number. */
export function paceIn(query: URLSearchParams): number | null | undefined {
  const typed = hasPace(kindIn(query)) ? query.get('rate') : null;
  if (!typed) return null;
  const pace = Number(typed);
  return Number.isInteger(pace) && pace >= 1 && pace <= mostPerMinute ? pace : undefined;
}
