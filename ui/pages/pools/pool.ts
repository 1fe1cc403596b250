/** One pool, asked of the API. */
import type { Pool } from '../../../api/contract/pools.ts';
import { conditionSchema } from '../../../engine/conditions/condition.ts';
import { api, read } from '../../app/api.ts';

/** A condition travels as plain JSON; here it gets its type back. @throws {ApiProblem} */
export async function loadPool(id: string): Promise<Pool> {
  const given = await read(api.pools[':id'].$get({ param: { id } }));
  return { ...given, condition: given.condition === null ? null : conditionSchema.parse(given.condition) };
}
