/**
 * The outbox of mails to colleagues: batches and keys as for candidates' mails, in `outbox.ts`, without what protects a
 * candidate. No budget, no suppression, no lock on her, no milestone: nothing of it happened to her.
 */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import type { Trx } from './lock.ts';
import { type Batch, batchLeaseSeconds, lockOpen, type OutgoingMessage, openBatch } from './outbox.ts';
import { noticesDue } from './outgoing-notices.ts';
import { isId } from './provider-events.ts';

export async function hasMailToSend(db: Db, transport: string, now: number): Promise<boolean> {
  const found = await sql<{ any: boolean }>`
    select exists (select ${noticesDue('email', now)})
      or exists (select from email_batch where state = 'open' and carries = 'notices' and transport = ${transport} and next_at <= now()) as any`.execute(
    db,
  );
  return found.rows[0]?.any ?? false;
}

export const claimOpenBatch = (db: Db, transport: string): Promise<Batch | null> =>
  openBatch(db, transport, 'notices');

/** Takes up to `limit` mails and stores them as one batch. Null: nothing to send. `now` in milliseconds. */
export async function claimBatch(
  db: Db,
  {
    limit,
    transport,
    now,
    from,
    encode,
  }: {
    limit: number;
    transport: string;
    now: number;
    from: string;
    encode(messages: readonly OutgoingMessage[]): string;
  },
): Promise<{ batch: Batch | null; claimed: number }> {
  return db.transaction().execute(async (trx) => {
    const queued = await sql<{ id: string; refusals: number }>`
      select q.notice_id as id, q.refusals ${noticesDue('email', now)}
      order by q.at, q.notice_id limit ${limit} for update of q skip locked`.execute(trx);
    const [first] = queued.rows;
    if (!first) return { batch: null, claimed: 0 };
    // One that was refused together with others goes alone, so that it cannot take them along again.
    const rows = first.refusals > 0 ? [first] : queued.rows.filter((row) => row.refusals === 0);
    const mails = await sql<{ id: string; to: string; subject: string; html: string; text: string }>`
      select n.id, u.email as "to", n.subject, n.html, n.body as text
      from outgoing_notice n join "user" u on u.id = n.person_id where n.id = any(${rows.map((row) => row.id)}::uuid[]) order by n.id`.execute(
      trx,
    );
    const body = encode(
      mails.rows.map(({ id, ...mail }) => ({ ...mail, messageId: id, token: null, from, replyTo: null })),
    );
    const batch = await store(
      trx,
      mails.rows.map((mail) => mail.id),
      { transport, now, body },
    );
    return { batch, claimed: rows.length };
  });
}

async function store(
  trx: Trx,
  ids: string[],
  { transport, now, body }: { transport: string; now: number; body: string },
): Promise<Batch> {
  const id = newId(now);
  await sql`
    with stored as (
      insert into email_batch (id, transport, carries, body, message_ids, first_attempt_at, next_at, attempts)
      values (${id}, ${transport}, 'notices', ${body}, ${ids}::uuid[], ${new Date(now)}, now() + make_interval(secs => ${batchLeaseSeconds}), 1)
    ), taken as (
      delete from outgoing_notice_queue where notice_id = any(${ids}::uuid[])
    )
    update outgoing_notice set status = 'sending', attempts = attempts + 1, batch_id = ${id} where id = any(${ids}::uuid[])`.execute(
    trx,
  );
  return { id, body, messageIds: ids, firstAttemptAt: new Date(now), attempts: 1 };
}

/** The provider took it: `providerIds` in the order of the batch. */
export async function settleAccepted(
  db: Db,
  batchId: string,
  providerIds: readonly string[],
  { now }: { now: number; delivered: boolean },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const batch = await lockOpen(trx, batchId);
    if (!batch) return;
    await sql`
      update outgoing_notice n set status = 'sent', reason = null, provider_id = given.provider_id, settled_at = ${new Date(now)}
      from unnest(${batch.messageIds}::uuid[], ${[...providerIds]}::text[]) as given (id, provider_id)
      where n.id = given.id and n.status = 'sending'`.execute(trx);
    await sql`update email_batch set state = 'sent', body = '' where id = ${batchId}`.execute(trx);
  });
}

/** A definite refusal: the batch is dissolved. A mail refused alone has failed. */
export async function settleRefused(
  db: Db,
  batchId: string,
  why: string,
  {
    now,
    retryAfterSeconds,
    blame,
    attempts,
  }: { now: number; retryAfterSeconds: number; blame: boolean; attempts: number },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const batch = await lockOpen(trx, batchId);
    // Someone else repeats it meanwhile, with the same key: theirs is the answer that counts.
    if (!batch || batch.attempts !== attempts) return;
    await sql`update email_batch set state = 'dissolved', body = '', last_error = ${why} where id = ${batchId}`.execute(
      trx,
    );
    const failed = blame && batch.messageIds.length === 1;
    await sql`
      update outgoing_notice set batch_id = null, status = ${failed ? 'failed' : 'queued'}, reason = ${failed ? why : null},
        settled_at = ${failed ? new Date(now) : null}
      where id = any(${batch.messageIds}::uuid[]) and status = 'sending'`.execute(trx);
    await sql`
      insert into outgoing_notice_queue (notice_id, via, at, next_at, refusals)
      select id, via, created_at, now() + make_interval(secs => ${retryAfterSeconds}), ${blame ? 1 : 0} from outgoing_notice
      where id = any(${batch.messageIds}::uuid[]) and status = 'queued' on conflict do nothing`.execute(trx);
  });
}

/** Too late to repeat: the provider has forgotten the key. A person settles it. */
export async function settleUnknown(db: Db, batchId: string, why: string, now: number): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const batch = await lockOpen(trx, batchId);
    if (!batch) return;
    await sql`update email_batch set state = 'unknown', body = '', last_error = ${why} where id = ${batchId}`.execute(
      trx,
    );
    await sql`
      update outgoing_notice set status = 'unknown', reason = ${why}, settled_at = ${new Date(now)}
      where id = any(${batch.messageIds}::uuid[]) and status = 'sending'`.execute(trx);
  });
}

/** The provider tells that a mail came to nothing after all. False: it is none of these mails. */
export async function noticeCameBack(
  trx: Trx,
  { messageId, providerId }: { messageId: string | null; providerId: string | null },
  reason: string,
  now: number,
): Promise<boolean> {
  const own = messageId !== null && isId(messageId) ? messageId : null;
  const changed = await sql`
    update outgoing_notice set status = 'failed', reason = ${reason}, settled_at = ${new Date(now)}
    where via = 'email' and (id = ${own}::uuid or provider_id = ${providerId})`.execute(trx);
  return Number(changed.numAffectedRows ?? 0) > 0;
}
