/** Refuses JSON nested so deep that reading it would exhaust the stack, before anything tries to. */
import type { MiddlewareHandler } from 'hono';
import type { Env } from './env.ts';
import { Problem } from './problems.ts';

/** A condition a person would draw is a handful of levels deep. */
export const deepest = 100;

export const notTooDeep: MiddlewareHandler<Env> = async (c, next) => {
  if (c.req.header('content-type')?.includes('json') && depthOf(await c.req.text()) > deepest)
    throw new Problem('too-deep');
  await next();
};

/** The deepest nesting of brackets outside strings; valid JSON is not required. */
export function depthOf(json: string): number {
  let depth = 0;
  let most = 0;
  let inString = false;
  for (let i = 0; i < json.length; i++) {
    const char = json.charCodeAt(i);
    if (inString) {
      if (char === 0x5c) i++;
      else if (char === 0x22) inString = false;
    } else if (char === 0x22) inString = true;
    else if (char === 0x7b || char === 0x5b) most = Math.max(most, ++depth);
    else if (char === 0x7d || char === 0x5d) depth--;
  }
  return most;
}
