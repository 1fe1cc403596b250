/** Pure: the condition tree. Its two evaluators are `memory.ts` and, for searches, `db/conditions/sql.ts`. */
import { z } from 'zod';
import type { Duration } from '../time/duration.ts';

export const operators = [
  'is',
  'is-not',
  'contains',
  'contains-not',
  'starts-with',
  'any-of',
  'none-of',
  'greater',
  'less',
  'at-least',
  'at-most',
  'before',
  'after',
  'within-last',
  'not-within-last',
  'empty',
  'not-empty',
] as const;
export type Operator = (typeof operators)[number];

export type ConditionValue = string | number | boolean | string[] | null;

/** One question. `within`: only what happened within so long counts; asked of how often something happened. */
export interface ConditionLeaf {
  field: string;
  op: Operator;
  value?: ConditionValue;
  within?: Duration;
}

export type Condition = ConditionLeaf | { all: Condition[] } | { any: Condition[] } | { not: Condition };

export const conditionSchema: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({
      field: z.string().min(1),
      op: z.enum(operators),
      value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]).optional(),
      within: z.string().optional(),
    }),
    z.strictObject({ all: z.array(conditionSchema).max(50) }),
    z.strictObject({ any: z.array(conditionSchema).max(50) }),
    z.strictObject({ not: conditionSchema }),
  ]),
);

/** One leaf as it was judged: what was asked, what was there, and whether it held. */
export interface Judged {
  field: string;
  op: Operator;
  value: ConditionValue | undefined;
  within?: Duration;
  actual: unknown;
  holds: boolean;
}

/** A whole condition as it was judged, with every leaf that was looked at. */
export interface Verdict {
  holds: boolean;
  because: Judged[];
}
