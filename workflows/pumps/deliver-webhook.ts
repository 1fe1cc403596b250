/**
 * Pump: calls to other systems. Each is made under a lease and outside any transaction. An unclear outcome (no answer,
 * 408, 425, 429, 5xx, a worker that died) is tried again, ever less often, under the same `webhook-id`, until the run
 * that asked no longer waits: the receiver gets it at least once, and can tell a repeat.
 */
import { Webhook } from 'standardwebhooks';
import { notifyLive, notifyWork } from '../../db/notify.ts';
import { type ClaimedCall, claimCalls, hasCalls, repeatCall, settleCall } from '../../db/queries/webhooks.ts';
import { retryConflicts } from '../../db/transactions.ts';
import { readAnswer } from '../../engine/webhooks/answer.ts';
import { maySend } from '../../engine/webhooks/hosts.ts';
import { mayPass } from '../../engine/webhooks/outcome.ts';
import type { Context } from '../context.ts';
import { faultWords, pauseSeconds } from '../outside/again.ts';
import { CallFailed, callOutside, type OutsideAnswer } from '../outside/call.ts';
import { nameOf, type PumpWork } from './pump.ts';

/** Loops, so that a slow receiver holds up some calls but not all. */
const hands = 3;
const atOnce = 8;

export const deliverWebhooks = (context: Context): PumpWork[] =>
  Array.from({ length: hands }, () => ({ name: 'deliver-webhook', round: () => round(context) }));

async function round(context: Context): Promise<number> {
  const { db, clock } = context;
  if (!(await hasCalls(db, clock.now()))) return 0;
  const { calls, claimed } = await retryConflicts(() => claimCalls(db, { limit: atOnce, now: clock.now() }));
  await Promise.all(calls.map((call) => deliver(context, call)));
  return claimed;
}

async function deliver(context: Context, call: ClaimedCall): Promise<void> {
  const { db, clock, log } = context;
  const tried = await attempt(context, call);
  const now = clock.now();
  if ('again' in tried) {
    await repeatCall(db, call, {
      at: now + pauseSeconds(call.attempts, tried.again) * 1000,
      httpStatus: tried.httpStatus,
      reason: tried.reason,
    });
    log.info(
      { callId: call.id, attempts: call.attempts, status: tried.httpStatus },
      'a webhook is tried again',
    );
    return;
  }
  await retryConflicts(() => settleCall(db, call, { ...nothingKept, ...tried }, now));
  notifyLive(db, [{ topic: 'enrolment', id: call.enrolmentId }]);
  notifyWork(db, 'router');
}

const nothingKept = { httpStatus: null, reason: null, custom: {}, missing: [] };

type Tried =
  | (Partial<Omit<Parameters<typeof settleCall>[2], 'outcome'>> & { outcome: 'success' | 'failure' })
  | { again: number | null; httpStatus: number | null; reason: string };

async function attempt({ house, clock, log }: Context, call: ClaimedCall): Promise<Tried> {
  // A flow may have been published while the secret was allowed there, or before secrets said where.
  if (call.secretUse === 'bearer' && call.secretHosts && !maySend(call.secretHosts, call.url))
    return {
      outcome: 'failure',
      reason: 'The secret may not be sent to this host. An admin says under Settings where it may go.',
    };
  let headers: Record<string, string>;
  try {
    headers = headersOf(call, house.secrets?.open ?? unopened, clock.now());
  } catch (error) {
    log.warn({ callId: call.id, error: nameOf(error) }, 'a webhook’s secret cannot be used');
    return { outcome: 'failure', reason: 'The secret is gone, or was stored under another SECRET_KEY.' };
  }
  try {
    const answer = await callOutside(
      {
        method: call.method,
        url: call.url,
        headers,
        body: call.body,
        timeLimitMs: call.seconds * 1000,
        read: call.save.length > 0,
      },
      { allowed: house.webhookAllow },
    );
    return judged(call, answer);
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    const reason = faultWords[error.fault];
    if (error.fault === 'refused-target') return { outcome: 'failure', reason };
    return { again: null, httpStatus: null, reason };
  }
}

const unopened = (): never => {
  throw new Error('no SECRET_KEY');
};

/** Standard Webhooks' headers with a signing key, the bare ones without. */
function headersOf(call: ClaimedCall, open: (sealed: string) => string, now: number): Record<string, string> {
  const sent = new Date(now);
  const headers: Record<string, string> = {
    ...Object.fromEntries(call.headers),
    'user-agent': 'Tendril',
    'webhook-id': call.id,
    'webhook-timestamp': String(Math.floor(now / 1000)),
    'idempotency-key': call.id,
    ...(call.body === null
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(call.body)) }),
  };
  if (call.secretUse === null) return headers;
  const secret = open(call.secretSealed ?? '');
  if (call.secretUse === 'bearer') headers.authorization = `Bearer ${secret}`;
  else headers['webhook-signature'] = signer(secret).sign(call.id, sent, call.body ?? '');
  return headers;
}

/** A key of somebody else's making is taken as it is written. */
const signer = (secret: string): Webhook =>
  new Webhook(secret, secret.startsWith('whsec_') ? {} : { format: 'raw' });

function judged(call: ClaimedCall, { status, retryAfterSeconds, text }: OutsideAnswer): Tried {
  const httpStatus = status;
  if (mayPass(status)) return { again: retryAfterSeconds, httpStatus, reason: `The answer was ${status}.` };
  if (status >= 300 && status < 400)
    return { outcome: 'failure', httpStatus, reason: 'It points elsewhere; that is not followed.' };
  if (status < 200 || status >= 300) return { outcome: 'failure', httpStatus };
  if (call.save.length === 0) return { outcome: 'success', httpStatus };
  if (text === null) return { outcome: 'failure', httpStatus, reason: 'The answer is too long to be read.' };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { outcome: 'failure', httpStatus, reason: 'The answer is no JSON, so nothing can be kept of it.' };
  }
  return { outcome: 'success', httpStatus, ...readAnswer(json, call.save) };
}
