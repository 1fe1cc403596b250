/** Whose address counts when sign-ins are counted: the socket's, and with trusted proxies whoever stands behind them. */
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';
import type { Env } from '../env.ts';

/** Carries the way of addresses to the rate limit; whatever a client sends under this name is replaced. */
export const addressHeader = 'x-tendril-address';

/**
 * The addresses that a request came by, the nearest one last. What `X-Forwarded-For` claims is only passed on
 * where there are trusted proxies; the rate limit then takes the last address that is none of theirs.
 */
export function wayOf(c: Context<Env>, trustedProxies: readonly string[]): string | null {
  const nearest = socketAddress(c);
  const claimed = trustedProxies.length > 0 ? c.req.header('x-forwarded-for') : undefined;
  return [claimed, nearest].filter((part) => part !== undefined && part !== null).join(', ') || null;
}

function socketAddress(c: Context<Env>): string | null {
  try {
    return getConnInfo(c).remote.address ?? null;
  } catch {
    // No socket: called in-process.
    return null;
  }
}
