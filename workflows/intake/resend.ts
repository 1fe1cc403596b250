/** Resend's webhooks: what became of a message, and what a candidate wrote back. */
import { Resend } from 'resend';
import type { Db } from '../../db/connect.ts';
import type { Trx } from '../../db/queries/lock.ts';
import {
  type MilestoneKind,
  onMessage,
  reachMilestones,
  type SuppressionReason,
  storeReply,
  suppress,
} from '../../db/queries/messages.ts';
import { noticeCameBack } from '../../db/queries/notice-outbox.ts';
import { messageByProvider, replyTokenIn, settleOnce } from '../../db/queries/provider-events.ts';
import { stopProvider } from '../../db/queries/provider-rate.ts';
import { retryConflicts } from '../../db/transactions.ts';
import { takeTurn } from '../transports/turn.ts';
import { isAutomaticReply } from './automatic.ts';
import { UnreadableRequest } from './fact.ts';
import { instant, type Json, list, object, prose, text } from './read.ts';
import { Delayed } from './trouble.ts';

export interface ProviderSettings {
  RESEND_API_KEY?: string;
  RESEND_BASE_URL?: string;
  /** Requests a second, shared with what is sent. */
  RESEND_RATE?: number;
}

const notOurs = 'About a mail that was not sent from here.';

export interface ProviderEvent {
  type: string;
  /** Milliseconds since 1970. */
  at: number;
  providerId: string | null;
  /** Our message's id, which every message carries as a tag. */
  messageId: string | null;
  url: string | null;
  bounce: { permanent: boolean; message: string | null } | null;
  reply: {
    tokens: string[];
    text: string;
    subject: string | null;
    automatic: boolean;
    providerId: string;
  } | null;
}

/**
 * Thrown when the webhook may have come before our own record of the send, which would come true in a moment. Whatever
 * else is sent from the provider's account is told of here, too.
 */
export class NotKnownYet extends Error {
  constructor() {
    super(notOurs);
    this.name = 'NotKnownYet';
  }
}

/** Thrown when the provider has no such mail for us, or says so. */
export class NotHandedOut extends Error {
  constructor(name: string) {
    super(`The provider would not hand out a received email (${name}).`);
    this.name = 'NotHandedOut';
  }
}

/**
 * Reads the webhook; what a candidate wrote is fetched, since the webhook carries metadata only.
 * @throws {Delayed} while the provider cannot be asked.
 */
export async function prepareProviderEvent(
  db: Db,
  settings: ProviderSettings,
  payload: unknown,
): Promise<ProviderEvent> {
  const given = object(payload);
  const type = text(given?.type);
  const about = object(given?.data);
  if (type === null || !about) throw new UnreadableRequest('The request has no “type” or no “data”.');
  const bounce = object(about.bounce);
  return {
    type,
    at: instant(given?.created_at) ?? instant(about.created_at) ?? 0,
    providerId: text(about.email_id),
    messageId: tagOf(about.tags, 'message_id'),
    url: text(object(about.click)?.link),
    bounce: bounce ? { permanent: text(bounce.type) === 'Permanent', message: text(bounce.message) } : null,
    reply: type === 'email.received' ? await fetchReply(db, settings, about) : null,
  };
}

function tagOf(tags: unknown, name: string): string | null {
  if (Array.isArray(tags)) return text(object(tags.find((tag) => text(object(tag)?.name) === name))?.value);
  return text(object(tags)?.[name]);
}

const timeoutMs = 30_000;
/** Answers that say nothing about the mail asked for: keys, time-outs, rates. */
const passing = new Set([401, 403, 408, 409, 425, 429]);

async function fetchReply(db: Db, settings: ProviderSettings, about: Json): Promise<ProviderEvent['reply']> {
  const id = text(about.email_id);
  if (id === null) throw new UnreadableRequest('A received email without its “email_id”.');
  if (!settings.RESEND_API_KEY) throw new Delayed('RESEND_API_KEY is missing.');
  const seconds = await takeTurn(db, 'resend', settings.RESEND_RATE ?? null);
  if (seconds > 0) throw new Delayed('The provider’s rate.', seconds);
  const resend = new Resend(
    settings.RESEND_API_KEY,
    settings.RESEND_BASE_URL ? { baseUrl: settings.RESEND_BASE_URL } : {},
  );
  const {
    data: email,
    error,
    headers: answered,
  } = await resend.emails.receiving.get(id, {}, { signal: AbortSignal.timeout(timeoutMs) }).catch(() => {
    throw new Delayed('The provider did not answer within 30 seconds.');
  });
  if (error) {
    const { statusCode: status } = error;
    if (status === 429) {
      const wait = Number(answered?.['retry-after']) || 1;
      await stopProvider(db, 'resend', wait, 'The provider’s rate limit.');
    }
    if (status === null || status >= 500 || passing.has(status))
      throw new Delayed(`The provider could not be asked (${status ?? 'unreachable'}).`);
    throw new NotHandedOut(error.name);
  }
  const headers = email.headers ?? {};
  const addresses = [...list(about.to), ...email.to, ...email.received_for].flatMap(
    (address) => text(address) ?? [],
  );
  return {
    tokens: [
      ...new Set([...addresses, ...Object.values(headers)].flatMap((place) => replyTokenIn(place) ?? [])),
    ],
    text: prose(email.text ?? ''),
    subject: text(email.subject),
    automatic: isAutomaticReply(headers, email.subject ?? ''),
    providerId: id,
  };
}

const milestones: Record<string, MilestoneKind> = {
  'email.sent': 'sent',
  'email.delivered': 'delivered',
  'email.bounced': 'bounced',
  'email.complained': 'complained',
  'email.opened': 'opened',
  'email.clicked': 'clicked',
  'email.failed': 'failed',
  'email.suppressed': 'failed',
};

export interface Settled {
  status: 'done' | 'ignored';
  outcome: string;
}

/** Writes the event down and settles its request, in one transaction, once. `inboundId` is the stored request. */
export function takeProviderEvent(
  db: Db,
  inboundId: string,
  event: ProviderEvent,
  now: number,
): Promise<void> {
  return retryConflicts(() =>
    db
      .transaction()
      .execute((trx) =>
        settleOnce(trx, inboundId, async () =>
          event.reply ? takeReply(trx, event, event.reply, now) : takeMilestone(trx, event, now),
        ),
      ),
  );
}

async function takeMilestone(trx: Trx, event: ProviderEvent, now: number): Promise<Settled> {
  const kind = Object.hasOwn(milestones, event.type) ? milestones[event.type] : undefined;
  if (!kind) return { status: 'ignored', outcome: `“${event.type}” changes nothing here.` };
  const id = await messageByProvider(trx, event.providerId, event.messageId);
  const reason =
    event.bounce?.message ??
    (event.type === 'email.suppressed' ? 'The provider has blocked this address.' : undefined);
  if (id === null && (await takeNotice(trx, kind, event, reason, now)))
    return { status: 'done', outcome: `A mail to a colleague was ${kind}.` };
  // What carries a tag can be told at once: a message is stored before it is sent.
  if (id === null && event.messageId !== null) return { status: 'ignored', outcome: notOurs };
  if (id === null) throw new NotKnownYet();
  await onMessage(trx, { id }, async (message) => {
    const block: SuppressionReason | null =
      kind === 'complained' ? 'complained' : kind === 'bounced' && event.bounce?.permanent ? 'bounced' : null;
    if (block) await suppress(trx, message.toAddress, block, message.id, now);
    await reachMilestones(
      trx,
      [message],
      { kind, at: event.at || now, data: event.url ? { url: event.url } : {}, reason },
      now,
    );
  });
  return { status: 'done', outcome: `A message was ${kind}.` };
}

/** Of a mail to a colleague it is only kept that it did not arrive. */
async function takeNotice(
  trx: Trx,
  kind: MilestoneKind,
  { providerId, messageId }: ProviderEvent,
  reason: string | undefined,
  now: number,
): Promise<boolean> {
  if (kind !== 'bounced' && kind !== 'failed') return false;
  const why = reason ?? (kind === 'bounced' ? 'The address does not take it.' : 'The provider gave it up.');
  return noticeCameBack(trx, { messageId, providerId }, why, now);
}

async function takeReply(
  trx: Trx,
  event: ProviderEvent,
  reply: NonNullable<ProviderEvent['reply']>,
  now: number,
): Promise<Settled> {
  for (const token of reply.tokens) {
    const taken = await onMessage(trx, { token }, async (message) => {
      await storeReply(trx, message, {
        text: reply.text,
        subject: reply.subject ?? undefined,
        automatic: reply.automatic,
        at: event.at || now,
        now,
        providerId: reply.providerId,
      });
      return true;
    });
    if (taken) return { status: 'done', outcome: reply.automatic ? 'An automatic reply.' : 'A reply.' };
  }
  return { status: 'ignored', outcome: 'A mail that answers none of our messages.' };
}
