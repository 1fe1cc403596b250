/** Accounts: sessions by better-auth on our own tables, API keys by ourselves. */
import { createHash, randomBytes } from 'node:crypto';
import { betterAuth } from 'better-auth';
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
import type { Actor } from './actor.ts';

/** Carries the socket's address to the rate limit; whatever a client sends under this name is replaced. */
export const addressHeader = 'x-tendril-address';

export interface AccountOptions {
  publicUrl: string;
  /** At least 32 characters; signs the cookies. */
  secret: string;
  /** Sign-ins allowed per address and minute. */
  signInsPerMinute?: number;
}

interface Person {
  name: string;
  email: string;
  password: string;
}

const authOptions = (db: Db, { publicUrl, secret, signInsPerMinute = 10 }: AccountOptions) =>
  ({
    appName: 'Tendril',
    baseURL: publicUrl,
    basePath: '/api/auth',
    secret,
    telemetry: { enabled: false },
    logger: { level: 'error' },
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
    advanced: { cookiePrefix: 'tendril', ipAddress: { ipAddressHeaders: [addressHeader] } },
    // Whoever opens the app by another of the machine's names still comes from the app's own pages.
    trustedOrigins: (request?: Request) => (request ? [new URL(request.url).origin] : []),
  }) satisfies Parameters<typeof betterAuth>[0];

export interface Accounts {
  /** better-auth's own routes under /api/auth. */
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
    handle: (request) => auth.handler(request),
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
