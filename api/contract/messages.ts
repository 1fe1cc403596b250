/** Messages, the mail catcher, suppressions and events written by hand. */
import { z } from '@hono/zod-openapi';
import { isTold, toldTypes } from '../../engine/events.ts';
import { givenInstant, id, instant, page, pageQuery, text } from './common.ts';

export const messageStatus = z.enum([
  'held',
  'queued',
  'sending',
  'sent',
  'delivered',
  'bounced',
  'complained',
  'failed',
  'cancelled',
  'unknown',
  'received',
]);
export const messageQuery = pageQuery.extend({
  status: messageStatus.optional(),
  candidate: id.optional(),
  flow: id.optional(),
});
export const messageRow = z
  .object({
    id: z.string(),
    direction: z.enum(['out', 'in']),
    candidate: z.object({ id: z.string(), fullName: z.string() }),
    flow: z.object({ id: z.string(), name: z.string() }).nullable(),
    enrolmentId: z.string().nullable(),
    nodeId: z.string().nullable(),
    from: z.string(),
    to: z.string(),
    subject: z.string(),
    /** How an answer begins; null for what we wrote. */
    preview: z.string().nullable(),
    status: messageStatus,
    reason: z.string().nullable(),
    createdAt: instant,
    sentAt: instant.nullable(),
    deliveredAt: instant.nullable(),
    clickedAt: instant.nullable(),
    repliedAt: instant.nullable(),
  })
  .openapi('MessageRow');
export const messagePage = page(messageRow);
/** The HTML itself is at `/api/messages/{id}/html`, for a sandboxed frame. */
export const messageSchema = messageRow
  .extend({
    text: z.string(),
    replyTo: z.string().nullable(),
    inReplyTo: z.string().nullable(),
    /** What kept it from leaving, newest first: until when it waits, or null where it was not sent at all. */
    decisions: z.array(z.object({ at: instant, text: z.string(), until: instant.nullable() })),
  })
  .openapi('Message');
export const settleRequest = z.object({ outcome: z.enum(['sent', 'failed']) });

export const caughtMailRow = z
  .object({
    id: z.string(),
    messageId: z.string().nullable(),
    candidate: z.object({ id: z.string(), fullName: z.string() }).nullable(),
    from: z.string(),
    to: z.string(),
    subject: z.string(),
    preview: z.string(),
    caughtAt: instant,
    repliedAt: instant.nullable(),
    clickedAt: instant.nullable(),
    status: messageStatus.nullable(),
  })
  .openapi('CaughtMailRow');
export const caughtMailPage = page(caughtMailRow);
/** The HTML itself is at `/api/caught-mails/{id}/html`, for a sandboxed frame. */
export const caughtMail = caughtMailRow.extend({
  text: z.string(),
  replyTo: z.string().nullable(),
  headers: z.record(z.string(), z.unknown()),
  unsubscribeUrl: z.string().nullable(),
});
export const replyRequest = z.object({ text: text(20_000) });
export const clickRequest = z.object({ url: z.string().max(2000).optional() });

export const suppressionSchema = z.object({
  /** The folded address; also its id in `DELETE`. */
  address: z.string(),
  reason: z.enum(['unsubscribed', 'bounced', 'complained', 'manual']),
  detail: z.string().nullable(),
  at: instant,
});
export const suppressionPage = page(suppressionSchema);
export const newSuppression = z.object({
  address: z.string().trim().pipe(z.email('is not an email address')),
  detail: z.string().trim().max(500).optional(),
});
export const suppressionParam = z.object({ address: z.string().min(1).max(254) });

export const newEvent = z.object({
  candidateId: id,
  type: z
    .string()
    .refine(
      isTold,
      `must be ${toldTypes.join(', ')}, or custom. and a name in small letters, for example custom.event-attended`,
    ),
  data: z.record(z.string(), z.unknown()).default({}),
  /** RFC 3339; default now. An instant to come: the event is written then. */
  at: givenInstant.optional(),
  applicationId: id.nullish(),
});
export const eventRow = z.object({
  id: z.string(),
  type: z.string(),
  at: instant,
  candidate: z.object({ id: z.string(), fullName: z.string() }),
  applicationId: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
});
export const eventPage = page(eventRow);
