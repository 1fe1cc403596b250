/** Accounts: sessions by better-auth on our own tables, API keys by ourselves. */
import { createHash, randomBytes } from 'node:crypto';
import { betterAuth } from 'better-auth';
import { isAPIError } from 'better-auth/api';
import type { Db } from '../../db/connect.ts';
import {
  createAccount,
  createOwner,
  findApiKey,
  hasAccounts,
  insertApiKey,
} from '../../db/queries/accounts.ts';
import type { Clock } from '../../engine/time/clock.ts';
import type { Role } from '../contract/common.ts';
import { Problem, type ProblemCode } from '../problems.ts';
import type { Actor } from './actor.ts';
import { addressHeader } from './client-address.ts';

export interface AccountOptions {
  publicUrl: string;
  /** At least 32 characters; signs the cookies. */
  secret: string;
  /** Sign-ins allowed per address and minute. */
  signInsPerMinute?: number;
  /** Addresses and ranges of the proxies in front of us: who stands behind them is counted, not they. */
  trustedProxies?: string[];
}

interface Person {
  name: string;
  email: string;
  password: string;
}

const authOptions = (
  db: Db,
  { publicUrl, secret, signInsPerMinute = 10, trustedProxies = [] }: AccountOptions,
) =>
  ({
    appName: 'Tendril',
    baseURL: publicUrl,
    basePath: '/api/auth',
    secret,
    telemetry: { enabled: false },
    // What fails is thrown and logged by us: its own lines quote the database, and so people's addresses.
    logger: { disabled: true },
    onAPIError: { throw: true },
    database: { db, type: 'postgres', transaction: true },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 8 },
    user: {
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
      additionalFields: { role: { type: 'string', required: true, defaultValue: 'viewer', input: false } },
    },
    session: {
      expiresIn: 30 * 24 * 3600,
      fields: {
        userId: 'user_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    account: {
      modelName: 'credential',
      fields: {
        userId: 'user_id',
        accountId: 'account_id',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    verification: { fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' } },
    rateLimit: {
      enabled: true,
      window: 60,
      max: 300,
      customRules: { '/sign-in/email': { window: 60, max: signInsPerMinute } },
    },
    advanced: { cookiePrefix: 'tendril', ipAddress: { ipAddressHeaders: [addressHeader], trustedProxies } },
    // Whoever opens the app by another of the machine's names still comes from the app's own pages.
    trustedOrigins: (request?: Request) => (request ? [new URL(request.url).origin] : []),
  }) satisfies Parameters<typeof betterAuth>[0];

export interface Accounts {
  /** One of better-auth's own routes under /api/auth. @throws {Problem} */
  handle(request: Request): Promise<Response>;
  /** Who sent this request; null: nobody we know. */
  actorOf(headers: Headers): Promise<Actor | null>;
  needsOwner(): Promise<boolean>;
  /** Null: there is an account already. */
  createOwner(person: Person, workspace: { name?: string; timeZone?: string }): Promise<string | null>;
  /** Null: the address has an account already. */
  createAccount(person: Person & { role: Role }): Promise<string | null>;
  /** `key` is shown this once; only its hash is stored. */
  mintApiKey(name: string, role: Role, createdBy: string | null): Promise<{ id: string; key: string }>;
}

/** better-auth's refusals in our words, by their status. */
const refusals: Record<number, ProblemCode> = {
  401: 'wrong-credentials',
  403: 'cross-site',
  404: 'not-found',
};

/** Thrown when better-auth answers with a fault of its own. */
class SessionsFailed extends Error {
  constructor(status: number) {
    super(`better-auth answered ${status}.`);
    this.name = 'SessionsFailed';
  }
}

/** better-auth throws some of its answers. What is none of its answers, such as a database that is gone, goes up. */
function asAnswer(error: unknown): Response {
  if (isAPIError(error)) return new Response(null, { status: error.statusCode });
  throw error;
}

const tooMany = (answer: Response): Problem =>
  new Problem('too-many', {}, { 'retry-after': answer.headers.get('x-retry-after') ?? '60' });

const hashKey = (key: string): string => createHash('sha256').update(key).digest('base64url');

export function accountsOf(db: Db, clock: Clock, options: AccountOptions): Accounts {
  const auth = betterAuth(authOptions(db, options));

  const hashed = async ({ name, email, password }: Person) => ({
    name,
    email: email.toLowerCase(),
    passwordHash: await (await auth.$context).password.hash(password),
    now: clock.now(),
  });

  async function keyHolder(key: string): Promise<Actor | null> {
    const found = await findApiKey(db, hashKey(key), clock.now());
    return found && { kind: 'api-key', id: found.id, name: found.name, email: null, role: found.role };
  }

  return {
    async handle(request) {
      const answer = await auth.handler(request).catch(asAnswer);
      if (answer.ok) return answer;
      if (answer.status === 429) throw tooMany(answer);
      if (answer.status >= 500) throw new SessionsFailed(answer.status);
      throw new Problem(refusals[answer.status] ?? 'bad-request');
    },
    async actorOf(headers) {
      const authorization = headers.get('authorization');
      if (authorization) {
        const key = /^Bearer (tendril_[\w-]{43})$/i.exec(authorization)?.[1];
        return key ? keyHolder(key) : null;
      }
      if (!headers.has('cookie')) return null;
      const session = await auth.api.getSession({ headers });
      if (!session) return null;
      const { id, name, email, role } = session.user;
      return { kind: 'user', id, name, email, role: isRole(role) ? role : 'viewer' };
    },
    needsOwner: async () => !(await hasAccounts(db)),
    createOwner: async (person, workspace) => createOwner(db, await hashed(person), workspace),
    createAccount: async (person) => createAccount(db, { ...(await hashed(person)), role: person.role }),
    async mintApiKey(name, role, createdBy) {
      const key = `tendril_${randomBytes(32).toString('base64url')}`;
      const id = await insertApiKey(db, {
        name,
        role,
        hash: hashKey(key),
        start: key.slice(0, 14),
        createdBy,
        now: clock.now(),
      });
      return { id, key };
    },
  };
}

const isRole = (role: string): role is Role => role === 'viewer' || role === 'recruiter' || role === 'admin';
