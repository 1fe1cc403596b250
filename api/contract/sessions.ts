/** Signing in and out with an address and a password. */
import { z } from '@hono/zod-openapi';
import { instant } from './common.ts';

export const signInRequest = z.object({
  email: z.email('is not an email address').max(254),
  password: z.string().min(1, 'must not be empty').max(128),
  /** False: the cookie goes when the browser closes. */
  rememberMe: z.boolean().optional(),
});
const person = z.object({ id: z.string(), name: z.string(), email: z.string() });
/** The session itself is in the cookie. */
export const signedIn = z.object({ user: person });
/** Null: nobody is signed in. */
export const sessionState = z.object({ session: z.object({ expiresAt: instant }), user: person }).nullable();
export const signedOut = z.object({ success: z.boolean() });
export const passwordChange = z.object({
  currentPassword: z.string().min(1, 'must not be empty').max(128),
  newPassword: z.string().min(8, 'is too short; use at least 8 characters').max(128),
  /** Signs out everywhere else. */
  revokeOtherSessions: z.boolean().optional(),
});
