/** Who is signed in, and what they may do. */
import type { Me } from '../../api/contract/accounts.ts';
import { api, post, read } from './api.ts';
import { ApiProblem } from './problem.ts';
import { queryClient } from './queries.ts';

export type { Me };
export type Role = Me['role'];

const rank: Record<Role, number> = { viewer: 0, recruiter: 1, admin: 2 };

/** Asked first, so that being signed out is an answer and not a failed request. */
async function hasSession(): Promise<boolean> {
  const response = await fetch('/api/auth/get-session');
  return response.ok && (await response.json()) !== null;
}

class Session {
  /** `unknown` until the server has answered once. */
  state = $state<'unknown' | 'unreachable' | 'needs-owner' | 'signed-out' | 'signed-in'>('unknown');
  /** Signed out by the server, in the middle of something. */
  wasEnded = $state(false);
  #me = $state.raw<Me | null>(null);

  /** Only to be read where someone is signed in. */
  get me(): Me {
    if (!this.#me) throw new Error('Nobody is signed in.');
    return this.#me;
  }

  may(role: Role): boolean {
    return this.#me !== null && rank[this.#me.role] >= rank[role];
  }

  async load(): Promise<void> {
    try {
      const [{ needsOwner }, isThere] = await Promise.all([read(api.setup.$get()), hasSession()]);
      if (needsOwner) this.state = 'needs-owner';
      else if (!isThere) this.state = 'signed-out';
      else await this.refresh();
    } catch {
      this.state = 'unreachable';
    }
  }

  /** Reads again who we are, after the workspace changed for instance. */
  async refresh(): Promise<void> {
    try {
      this.#me = await read(api.me.$get());
      this.state = 'signed-in';
      this.wasEnded = false;
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 401) throw error;
      this.state = 'signed-out';
    }
  }

  /** @throws {ApiProblem} with a sentence when the address or the password is wrong. */
  async signIn(email: string, password: string): Promise<void> {
    await post('/api/auth/sign-in/email', { email, password });
    await this.refresh();
  }

  async signOut(): Promise<void> {
    await post('/api/auth/sign-out');
    this.state = 'signed-out';
    queryClient.clear();
  }

  /** The server no longer knows us. */
  ended(): void {
    if (this.state !== 'signed-in') return;
    this.wasEnded = true;
    this.state = 'signed-out';
  }
}

export const session = new Session();
