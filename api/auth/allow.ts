/** The one check of roles, first in every route's chain. */
import type { MiddlewareHandler } from 'hono';
import type { Env } from '../env.ts';
import { Problem } from '../problems.ts';
import type { Needs } from '../route.ts';
import { mayActAs } from './actor.ts';

/** Answers 401 to nobody and 403 to too small a role. */
export function allow(role: Needs): MiddlewareHandler<Env> {
  return async (c, next) => {
    if (role !== 'anyone') {
      const actor = c.get('actor');
      if (!actor) throw new Problem('unauthenticated');
      if (!mayActAs(actor, role)) throw new Problem('forbidden');
    }
    await next();
  };
}
