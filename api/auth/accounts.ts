/** Accounts: sessions by better-auth, API keys by ourselves. */
import type { Actor } from './actor.ts';

export interface Accounts {
  /** Who sent this request; null: nobody we know. */
  actorOf(headers: Headers): Promise<Actor | null>;
}
