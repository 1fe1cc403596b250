/** Resend's batch endpoint, through its own SDK. What each answer means stands in one table. */
import { type CreateBatchOptions, Resend } from 'resend';
import { addressIn } from '../../engine/contact/senders.ts';
import { headersOf } from './headers.ts';
import type { Sent, Transport } from './transport.ts';

export interface ResendSettings {
  apiKey: string;
  baseUrl?: string;
  perSecond: number;
  /** The workspace's own mailbox. Absent: every mail is the workspace's. */
  mailFrom?: string;
}

const timeoutMs = 30_000;

export function resend({ apiKey, baseUrl, perSecond, mailFrom }: ResendSettings): Transport {
  const client = new Resend(apiKey, baseUrl ? { baseUrl } : {});
  return {
    name: 'resend',
    most: 100,
    perSecond,
    delivers: false,
    encode: (messages, publicUrl) =>
      JSON.stringify(
        messages.map((message) => ({
          from: message.from,
          to: [message.to],
          subject: message.subject,
          html: message.html,
          text: message.text,
          ...(message.replyTo ? { replyTo: message.replyTo.split(', ') } : {}),
          headers: headersOf(message, publicUrl),
          tags: [{ name: 'message_id', value: message.messageId }],
        })) satisfies CreateBatchOptions,
      ),
    async send({ key, body }) {
      try {
        const answer = await client.batch.send(JSON.parse(body) as CreateBatchOptions, {
          idempotencyKey: key,
          signal: AbortSignal.timeout(timeoutMs),
        });
        if (answer.error)
          return blaming(meaning(answer.error, answer.headers), answer.error, isForeign(body, mailFrom));
        return { outcome: 'accepted', ids: answer.data.data.map((email) => email.id) };
      } catch {
        return { outcome: 'ambiguous', why: 'No answer within 30 seconds.', retryAfterSeconds: 5 };
      }
    },
  };
}

/** Whether some mail of the batch is from an address that is not the workspace's. */
function isForeign(body: string, mailFrom: string | undefined): boolean {
  if (mailFrom === undefined) return false;
  const own = addressIn(mailFrom);
  return (JSON.parse(body) as { from: string }[]).some(({ from }) => addressIn(from) !== own);
}

/** An address that the provider does not know to be ours must not stop everyone else's mail: its own mail has failed. */
const blaming = (sent: Sent, { message, statusCode, name }: ProviderError, foreign: boolean): Sent =>
  foreign && (statusCode === 403 || name === 'invalid_from_address')
    ? { outcome: 'refused', why: `Resend refused: ${message}`, blame: true, retryAfterSeconds: 0 }
    : sent;

interface ProviderError {
  name: string;
  message: string;
  statusCode?: number | null;
}

/** Resend's error names, where the status alone does not say what to do. */
const byName: Record<string, (error: ProviderError, after: number) => Sent> = {
  rate_limit_exceeded: (_error, after) => ({
    outcome: 'stopped',
    why: 'The provider’s rate limit.',
    seconds: after,
  }),
  daily_quota_exceeded: (error) => ({
    outcome: 'stopped',
    why: `Resend’s daily quota is used up. ${error.message}`,
    seconds: 3600,
  }),
  monthly_quota_exceeded: (error) => ({
    outcome: 'stopped',
    why: `Resend’s monthly quota is used up. ${error.message}`,
    seconds: 6 * 3600,
  }),
  concurrent_idempotent_requests: () => ({
    outcome: 'ambiguous',
    why: 'The same batch is still being taken.',
    retryAfterSeconds: 2,
  }),
  // The key was used before with other bytes: something left under it. Only its webhooks can tell what.
  invalid_idempotent_request: () => ({
    outcome: 'ambiguous',
    why: 'The provider knows this batch with other content.',
    retryAfterSeconds: 3600,
  }),
  missing_api_key: () => ({ outcome: 'stopped', why: 'RESEND_API_KEY is missing.', seconds: 60 }),
  invalid_api_key: () => ({ outcome: 'stopped', why: 'Resend does not accept RESEND_API_KEY.', seconds: 60 }),
  restricted_api_key: () => ({ outcome: 'stopped', why: 'RESEND_API_KEY may not send mail.', seconds: 60 }),
  invalid_from_address: (error) => ({
    outcome: 'stopped',
    why: `Resend does not accept MAIL_FROM: ${error.message}`,
    seconds: 60,
  }),
};

/** From a proxy in between, these say nothing about what the provider did. */
const mayHaveArrived = new Set([408, 409, 425]);

function meaning(error: ProviderError, headers: Record<string, string> | null): Sent {
  const after = secondsFrom(headers);
  const named = byName[error.name];
  if (named) return named(error, after);
  const status = error.statusCode ?? null;
  if (status === 429) return { outcome: 'stopped', why: 'The provider’s rate limit.', seconds: after };
  if (status === 401 || status === 403)
    return { outcome: 'stopped', why: `Resend refused: ${error.message}`, seconds: 60 };
  if (status === null || status >= 500 || mayHaveArrived.has(status))
    return {
      outcome: 'ambiguous',
      why: status === null ? 'The provider could not be reached.' : `The provider answered ${status}.`,
      retryAfterSeconds: Math.max(2, after),
    };
  return { outcome: 'refused', why: `Resend refused: ${error.message}`, blame: true, retryAfterSeconds: 0 };
}

/** `retry-after` or `ratelimit-reset`, in seconds; one second when neither is there. */
function secondsFrom(headers: Record<string, string> | null): number {
  for (const name of ['retry-after', 'ratelimit-reset']) {
    const seconds = Number(headers?.[name]);
    if (Number.isFinite(seconds) && seconds > 0) return seconds;
  }
  return 1;
}
