/** What messages need to know of this installation, from its settings. */
import type { Settings } from '../engine/settings.ts';
import type { House } from './effects/effect.ts';

/** The domain in `Name <someone@domain>`. */
const domainOf = (address: string): string => /@([^>\s]+)/.exec(address)?.[1] ?? 'localhost';

export const houseOf = (settings: Settings): House => ({
  publicUrl: settings.publicUrl,
  mailFrom: settings.MAIL_FROM,
  replyDomain: settings.MAIL_REPLY_DOMAIN ?? domainOf(settings.MAIL_FROM),
});
