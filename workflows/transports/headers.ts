/** The headers that every mail carries: leaving with one click (RFC 8058). */
import type { OutgoingMessage } from '../../db/queries/outbox.ts';

export const headersOf = ({ token }: OutgoingMessage, publicUrl: string): Record<string, string> => ({
  'List-Unsubscribe': `<${publicUrl}/u/${token}>`,
  'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
});
