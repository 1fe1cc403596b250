/** Who may come in: first set-up, accounts and API keys. */
import { z } from '@hono/zod-openapi';
import { id, instant, roleSchema, text } from './common.ts';

const password = z.string().min(8, 'is too short; use at least 8 characters').max(128);

export const setupState = z.object({ needsOwner: z.boolean() });
export const setupRequest = z.object({
  name: text(200),
  email: z.email('is not an email address').max(254),
  password,
  workspaceName: text(200),
  timeZone: z.string().max(64).optional(),
});

export const meSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Null for an API key. */
  email: z.string().nullable(),
  role: roleSchema,
  workspace: z.object({ name: z.string(), timeZone: z.string() }),
});
export type Me = z.infer<typeof meSchema>;

export const userSchema = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  role: roleSchema,
  createdAt: instant,
});
export const newUser = z.object({
  name: text(200),
  email: z.email('is not an email address').max(254),
  password,
  role: roleSchema,
});
export const userChange = z.object({ role: roleSchema });
export const userParam = z.object({ id: z.string().min(1).max(64) });

export const apiKeySchema = z.object({
  id,
  name: z.string(),
  role: roleSchema,
  /** The first characters, to tell keys apart. */
  start: z.string(),
  createdAt: instant,
  lastUsedAt: instant.nullable(),
});
export const newApiKey = z.object({ name: text(100), role: roleSchema });
/** `key` is shown this once. */
export const mintedApiKey = z.object({ id, key: z.string() });

export const workspaceChange = z.object({
  name: text(200).optional(),
  timeZone: z.string().max(64).optional(),
});
