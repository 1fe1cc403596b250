/** What the API is made with and what a request carries. */
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { Logger } from 'pino';
import type { Db } from '../db/connect.ts';
import type { Secrets } from '../db/secrets.ts';
import type { Settings } from '../engine/settings.ts';
import type { Clock } from '../engine/time/clock.ts';
import type { Accounts } from './auth/accounts.ts';
import type { Actor } from './auth/actor.ts';
import type { Demo } from './demo.ts';
import type { Live } from './live.ts';
import { Problem } from './problems.ts';

export interface Deps {
  db: Db;
  clock: Clock;
  secrets: Secrets;
  settings: Settings;
  accounts: Accounts;
  live: Live;
  log: Logger;
  /** Null: this installation has no demo. */
  demo?: Demo | null;
  /** Whether Temporal answers. */
  temporal(): Promise<boolean>;
}

export interface Env {
  Variables: { actor: Actor | null; requestId: string };
}

/** The actor of a route that needs one. */
export function actorOf(c: Context<Env>): Actor {
  const actor = c.get('actor');
  if (!actor) throw new Problem('unauthenticated');
  return actor;
}

/** Whom an event or a row names as its author. */
export const byActor = (actor: Actor) => ({ kind: 'person' as const, id: actor.id });

/** An empty resource whose input errors become problem documents. */
export const resource = () =>
  new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (result.success) return;
      // A path that cannot name anything names nothing.
      if (result.target === 'param') throw new Problem('not-found');
      throw new Problem('invalid', {
        errors: result.error.issues.map((issue) => ({
          path: issue.path.map(String).join('.'),
          message: issue.message,
        })),
      });
    },
  });
