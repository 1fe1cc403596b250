/** A whole API on a fresh database, called in-process, with one account a role and a clock that is set by hand. */
import { createApp } from '../../api/app.ts';
import { type Accounts, accountsOf } from '../../api/auth/accounts.ts';
import type { Role } from '../../api/contract/common.ts';
import type { Demo } from '../../api/demo.ts';
import type { Deps } from '../../api/env.ts';
import { type Live, liveFrom } from '../../api/live.ts';
import { loggerOf } from '../../api/log.ts';
import type { Db } from '../../db/connect.ts';
import { type Secrets, secretsFrom } from '../../db/secrets.ts';
import { readSettings, type Settings } from '../../engine/settings.ts';
import { freshDatabase } from '../harness/database.ts';

export const origin = 'http://localhost:3000';
export const monday = Date.UTC(2026, 10, 23, 14, 32);

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers whose shape they then assert.
  body: any;
}

export interface Caller {
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  put(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  patch(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  delete(path: string): Promise<Answer>;
}

export interface ApiHarness {
  db: Db;
  url: string;
  app: ReturnType<typeof createApp>;
  accounts: Accounts;
  secrets: Secrets;
  live: Live;
  clock: { now(): number; set(ms: number): void; pass(ms: number): void };
  /** Sends as is; JSON answers are read. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  nobody: Caller;
  /** By an API key of that role. */
  as(role: Role): Caller;
  /** The headers of that API key. */
  keyOf(role: Role): Record<string, string>;
  close(): Promise<void>;
}

export interface HarnessOptions {
  env?: Record<string, string>;
  temporal?: () => Promise<boolean>;
  demo?: Demo;
  signInsPerMinute?: number;
  /** Takes every line that the API logs; default: nothing is logged. */
  heard?: (line: string) => void;
}

export async function apiHarness({
  env = {},
  temporal = async () => true,
  demo,
  signInsPerMinute = 100,
  heard,
}: HarnessOptions = {}): Promise<ApiHarness> {
  const fresh = await freshDatabase();
  const settings: Settings = readSettings({ PUBLIC_URL: origin, LOG_LEVEL: 'silent', ...env });
  let now = monday;
  const clock = {
    now: () => now,
    set: (ms: number) => {
      now = ms;
    },
    pass: (ms: number) => {
      now += ms;
    },
  };
  const secrets = secretsFrom('a secret key for tests, long enough');
  const accounts = accountsOf(fresh.db, clock, {
    publicUrl: settings.publicUrl,
    secret: secrets.sign('sessions', 'v1'),
    signInsPerMinute,
    trustedProxies: settings.TRUSTED_PROXIES,
  });
  const live = liveFrom(fresh.url);
  const deps: Deps = {
    db: fresh.db,
    clock,
    secrets,
    settings,
    accounts,
    live,
    log: heard ? loggerOf('trace', { write: heard }) : loggerOf('silent'),
    demo,
    temporal,
  };
  const app = createApp(deps);

  const send: ApiHarness['send'] = async (method, path, body, headers = {}) => {
    const given =
      body === undefined
        ? {}
        : typeof body === 'string'
          ? { body }
          : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await app.request(`${origin}${path}`, {
      method,
      ...given,
      headers: { ...given.headers, ...headers },
    });
    const read = await response.text();
    const json = /json/.test(response.headers.get('content-type') ?? '');
    return { status: response.status, headers: response.headers, body: json ? JSON.parse(read) : read };
  };
  const caller = (own: Record<string, string>): Caller => ({
    get: (path) => send('GET', path, undefined, own),
    post: (path, body, headers) => send('POST', path, body, { ...own, ...headers }),
    put: (path, body, headers) => send('PUT', path, body, { ...own, ...headers }),
    patch: (path, body, headers) => send('PATCH', path, body, { ...own, ...headers }),
    delete: (path) => send('DELETE', path, undefined, own),
  });
  const keys = new Map<Role, Record<string, string>>();
  for (const role of ['viewer', 'recruiter', 'admin'] as const) {
    const { key } = await accounts.mintApiKey(`Tests, ${role}`, role, null);
    keys.set(role, { authorization: `Bearer ${key}` });
  }
  const keyOf = (role: Role) => keys.get(role) ?? {};

  return {
    db: fresh.db,
    url: fresh.url,
    app,
    accounts,
    secrets,
    live,
    clock,
    send,
    nobody: caller({}),
    as: (role) => caller(keyOf(role)),
    keyOf,
    async close() {
      await live.close();
      await fresh.drop();
    },
  };
}
