/** What messages need to know of this installation, from its settings. */

import { secretsFrom } from '../db/secrets.ts';
import type { Settings } from '../engine/settings.ts';
import type { House } from './effects/effect.ts';
import { readAllowed } from './outside/address.ts';

/** The domain in `Name <someone@domain>`. */
const domainOf = (address: string): string => /@([^>\s]+)/.exec(address)?.[1] ?? 'localhost';

export const houseOf = (settings: Settings): House => ({
  publicUrl: settings.publicUrl,
  mailFrom: settings.MAIL_FROM,
  replyDomain: settings.MAIL_REPLY_DOMAIN ?? domainOf(settings.MAIL_FROM),
  ...(settings.SECRET_KEY ? { secrets: secretsFrom(settings.SECRET_KEY) } : {}),
  webhookAllow: readAllowed(settings.WEBHOOK_ALLOW),
});
