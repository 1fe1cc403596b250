/** Pure: the environment, read once and checked. The only place that knows a variable's name. */
import { z } from 'zod';

const url = (protocols: RegExp) =>
  z.string().refine((text) => protocols.test(text) && URL.canParse(text), 'is not a valid address');

const schema = z.object({
  PORT: z.coerce.number().int().min(1).max(65535).default(3000),
  /** The address the API listens on; loopback unless a container says otherwise. */
  HOST: z.string().min(1).default('127.0.0.1'),
  DATA_DIR: z.string().min(1).default('.data'),
  DATABASE_URL: url(/^postgres(ql)?:/).optional(),
  /** A connection that is no pooler's, for LISTEN. Default: DATABASE_URL. */
  DATABASE_DIRECT_URL: url(/^postgres(ql)?:/).optional(),
  TEMPORAL_ADDRESS: z.string().min(1).optional(),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  TEMPORAL_API_KEY: z.string().min(1).optional(),
  TEMPORAL_TLS: z.stringbool().default(false),
  PUBLIC_URL: url(/^https?:/).optional(),
  /** Addresses or ranges, with commas: behind these proxies the rate limit goes by `X-Forwarded-For`. */
  TRUSTED_PROXIES: z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((entry) => entry.trim() || []))
    .refine(
      (entries) => entries.every((entry) => /^[0-9a-f.:]+(\/\d{1,3})?$/i.test(entry)),
      'is not a list of addresses such as 10.0.0.0/8, 192.0.2.7',
    ),
  MAIL_FROM: z.string().min(3).default('Tendril <hello@tendril.example>'),
  /** The domain of reply addresses; default: that of MAIL_FROM. */
  MAIL_REPLY_DOMAIN: z.string().min(1).optional(),
  SECRET_KEY: z.string().min(32, 'is too short; use at least 32 characters').optional(),
  RESEND_API_KEY: z.string().min(1).optional(),
  RESEND_BASE_URL: url(/^https?:/).optional(),
  RESEND_WEBHOOK_SECRET: z.string().startsWith('whsec_').optional(),
  /** Requests a second that the provider allows. */
  RESEND_RATE: z.coerce.number().positive().default(2),
  OWNER_EMAIL: z.email().optional(),
  OWNER_PASSWORD: z.string().min(8, 'is too short; use at least 8 characters').optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  /** Names of hosts, addresses or ranges, with commas, that webhooks may call though they are not public. */
  WEBHOOK_ALLOW: z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((entry) => entry.trim() || []))
    .refine(
      (entries) => entries.every((entry) => /^([a-z0-9_.-]+|[0-9a-f.:]+)(\/\d{1,3})?$/i.test(entry)),
      'is not a list of hosts or ranges such as hooks.internal, 10.1.0.0/16',
    ),
  /** Facts older than this many days start no flow. */
  TRIGGER_MAX_AGE_DAYS: z.coerce.number().positive().default(7),
});

export type Settings = z.infer<typeof schema> & { publicUrl: string };

/** Thrown when a setting cannot be used; the message names each bad one. */
export class SettingsError extends Error {
  readonly problems: { name: string; message: string }[];
  constructor(problems: { name: string; message: string }[]) {
    super(problems.map((problem) => `${problem.name} ${problem.message}.`).join('\n'));
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

/** @throws {SettingsError} naming every setting that cannot be used. An empty value counts as not set. */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value !== ''),
  );
  const read = schema.safeParse(given);
  if (!read.success) {
    throw new SettingsError(
      read.error.issues.map((issue) => ({
        name: String(issue.path[0]),
        message: issue.message.replace(/^Invalid input: /, '').replace(/\.$/, ''),
      })),
    );
  }
  return {
    ...read.data,
    publicUrl: (read.data.PUBLIC_URL ?? `http://localhost:${read.data.PORT}`).replace(/\/$/, ''),
  };
}
