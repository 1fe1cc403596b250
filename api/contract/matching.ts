/** Candidates for whom a condition holds. */
import { z } from '@hono/zod-openapi';
import { type Condition, conditionSchema } from '../../engine/conditions/condition.ts';
import { candidateQuery, totalSchema } from './candidates.ts';

/** As flows hold it: `{field, op, value}`, `{all: […]}`, `{any: […]}`, `{not: …}`. */
export const conditionBody = z
  .custom<Condition>((value) => typeof value === 'object' && value !== null, 'is not a condition')
  .transform((value, context) => {
    const read = conditionSchema.safeParse(value);
    if (read.success) return read.data;
    for (const issue of read.error.issues)
      context.addIssue({ code: 'custom', message: issue.message, path: issue.path });
    return z.NEVER;
  })
  .openapi('Condition', { type: 'object', additionalProperties: true });

export const matchingRequest = candidateQuery
  .pick({ limit: true, cursor: true, sort: true })
  .extend({ condition: conditionBody });
export const matchingCountRequest = z.object({ condition: conditionBody });
/** "1,284 of 40,112". `about`: counting stopped, it is an estimate. */
export const matchingCount = z.object({ matching: totalSchema, all: totalSchema });
