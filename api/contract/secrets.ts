/** Secrets that flows use when they call other systems: their names; what they are is shown once or never. */
import { z } from '@hono/zod-openapi';
import { readHost } from '../../engine/webhooks/hosts.ts';
import { instant, page, text } from './common.ts';

/** Where a secret may be sent as a bearer token. */
const hostsAnswer = z.union([z.literal('any'), z.array(z.string())]);
export const secretSchema = z
  .object({ id: z.string(), name: z.string(), hosts: hostsAnswer, createdAt: instant })
  .openapi('Secret');
export const secretPage = page(secretSchema);

/** What can stand in a header. */
const value = z
  .string()
  .min(16, 'is too short; use at least 16 characters')
  .max(500)
  .regex(/^[\x21-\x7e]+$/, 'has characters that cannot be sent; letters, digits and signs can')
  .optional();
const hostName = z
  .string()
  .trim()
  .max(253)
  .refine((given) => readHost(given) !== null, 'is not a host; write it like api.example.com, without a path')
  .overwrite((given) => readHost(given) ?? given);
/** `any` has to be said; none: it is never sent as it is. */
const hosts = z.union([z.literal('any'), z.array(hostName).max(20)]);
/** Absent value: a new signing key is made. */
export const newSecret = z.object({ name: text(100), value, hosts: hosts.default([]) });
export const secretChange = z.object({ value });
export const secretHosts = z.object({ hosts });
/** `secret` is shown this once; null: it was brought along. */
export const secretCreated = z.object({ id: z.string(), secret: z.string().nullable() });
export const secretReplaced = z.object({ secret: z.string().nullable() });
