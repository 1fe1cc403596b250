/** The email provider's own webhooks: Standard Webhooks under Svix's header names. */
import type { HookAdapter } from './adapter.ts';
import { standardWebhook } from './generic.ts';

export const resend: HookAdapter = { kind: 'resend', ...standardWebhook('svix') };
