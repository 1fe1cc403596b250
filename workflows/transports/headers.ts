/** The headers that every mail carries: to candidates, leaving with one click (RFC 8058); to colleagues, that it writes itself. */
import type { OutgoingMessage } from '../../db/queries/outbox.ts';

export const headersOf = ({ token }: OutgoingMessage, publicUrl: string): Record<string, string> =>
  token === null
    ? { 'Auto-Submitted': 'auto-generated' }
    : {
        'List-Unsubscribe': `<${publicUrl}/u/${token}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      };
