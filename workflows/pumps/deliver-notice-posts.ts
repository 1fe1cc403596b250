/**
 * Pump: posts to chats. Each is made under a lease and outside any transaction; the run that asked has gone on long
 * since. An unclear outcome is tried again, ever less often, for hours: rather twice in a chat than not at all. Then it
 * has failed, and waits for a person.
 */
import { notifyLive } from '../../db/notify.ts';
import {
  type ClaimedPost,
  claimPosts,
  hasPosts,
  repeatPost,
  settlePost,
} from '../../db/queries/outgoing-notices.ts';
import { mayPass } from '../../engine/webhooks/outcome.ts';
import type { Context } from '../context.ts';
import { faultWords, pauseSeconds } from '../outside/again.ts';
import { CallFailed, callOutside } from '../outside/call.ts';
import { nameOf, type PumpWork } from './pump.ts';

const atOnce = 8;
/** Within about seven hours. */
const mostAttempts = 10;
const timeLimitMs = 10_000;

export const deliverNoticePosts = (context: Context): PumpWork => ({
  name: 'deliver-notice-posts',
  async round() {
    const { db, clock } = context;
    if (!(await hasPosts(db, clock.now()))) return 0;
    const posts = await claimPosts(db, { limit: atOnce, now: clock.now() });
    await Promise.all(posts.map((post) => deliver(context, post)));
    return posts.length;
  },
});

async function deliver(context: Context, post: ClaimedPost): Promise<void> {
  const { db, clock, log } = context;
  const tried = await attempt(context, post);
  const now = clock.now();
  if (tried === 'taken') return settlePost(db, post, null, now);
  log.warn(
    { noticeId: post.id, attempts: post.attempts, again: tried.again },
    'a post to a chat was not taken',
  );
  if (tried.again && post.attempts < mostAttempts)
    return repeatPost(db, post, now + pauseSeconds(post.attempts, tried.after) * 1000, tried.reason);
  await settlePost(db, post, tried.reason, now);
  notifyLive(db, [{ topic: 'message', id: post.id }]);
}

type Tried = 'taken' | { again: boolean; after: number | null; reason: string };

const refused = (reason: string): Tried => ({ again: false, after: null, reason });

async function attempt({ house, log }: Context, { id, body, addressSealed }: ClaimedPost): Promise<Tried> {
  if (addressSealed === null) return refused('The secret with the chat’s address is gone.');
  let url: string;
  try {
    if (!house.secrets) return refused('The secret cannot be opened without SECRET_KEY.');
    url = house.secrets.open(addressSealed);
  } catch (error) {
    log.warn({ noticeId: id, error: nameOf(error) }, 'a chat’s address cannot be opened');
    return refused('The secret was stored under another SECRET_KEY.');
  }
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    return refused('The secret holds no address of an incoming webhook.');
  try {
    const { status, retryAfterSeconds } = await callOutside(
      {
        method: 'POST',
        url,
        headers: {
          'user-agent': 'Tendril',
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(body)),
        },
        body,
        timeLimitMs,
        read: false,
      },
      { allowed: house.webhookAllow },
    );
    if (status >= 200 && status < 300) return 'taken';
    if (mayPass(status))
      return { again: true, after: retryAfterSeconds, reason: `The chat answered ${status}.` };
    return refused(
      status >= 300 && status < 400
        ? 'The address points elsewhere; that is not followed.'
        : `The chat refused it with status ${status}.`,
    );
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    const reason = faultWords[error.fault];
    return error.fault === 'refused-target' ? refused(reason) : { again: true, after: null, reason };
  }
}
