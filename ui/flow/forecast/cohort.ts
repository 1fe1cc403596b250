/** Whom a forecast is for, as it stands in the address: `events-30`, `pool` with its id, or `condition` with the condition itself. */
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
