/** Candidates for whom a condition holds. */
import { z } from '@hono/zod-openapi';
import { conditionSchema } from '../../engine/conditions/condition.ts';
import { candidateQuery, totalSchema } from './candidates.ts';

/** As flows hold it: `{field, op, value}`, `{all: […]}`, `{any: […]}`, `{not: …}`. */
export const conditionBody = conditionSchema.openapi('Condition', { type: 'object' });

export const matchingRequest = candidateQuery
  .pick({ limit: true, cursor: true, sort: true })
  .extend({ condition: conditionBody });
export const matchingCountRequest = z.object({ condition: conditionBody });
/** "1,284 of 40,112". `about`: counting stopped, it is an estimate. */
export const matchingCount = z.object({ matching: totalSchema, all: totalSchema });
