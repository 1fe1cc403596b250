/** In whose name mails may go out, beside the workspace's own. */
import { z } from '@hono/zod-openapi';
import { page, text } from './common.ts';

const address = z.email('is no email address').max(254);

export const senderSchema = z
  .object({ id: z.string(), name: z.string(), address: z.string(), replyTo: z.string().nullable() })
  .openapi('Sender');
export const senderPage = page(senderSchema);
/** `replyTo` gets a copy of what is answered; absent or null: nobody does. */
export const newSender = z.object({ name: text(100), address, replyTo: address.nullish() });
export const senderCreated = z.object({ id: z.string() });
