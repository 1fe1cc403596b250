/** What colleagues are told outside the app: written by steps, and the posts to chats claimed one by one under a lease. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import type { Trx } from './lock.ts';

interface Written {
  candidateId: string;
  enrolmentId: string;
  nodeId: string;
  visit: number;
  now: number;
  body: string;
}

/** One for each person: to the address that she has when it leaves. */
export interface NoticeMailToQueue extends Written {
  personIds: readonly string[];
  subject: string;
  html: string;
}

/** `body`: JSON, for the incoming webhook whose address the secret is. */
export interface NoticePostToQueue extends Written {
  secretId: string;
}

export const queueNoticeMails = (trx: Trx, mails: readonly NoticeMailToQueue[]): Promise<void> =>
  queue(
    trx,
    'email',
    mails.flatMap(({ personIds, subject, html, ...mail }) =>
      personIds.map((personId) => ({ ...columns(mail), person_id: personId, subject, html })),
    ),
  );

export const queueNoticePosts = (trx: Trx, posts: readonly NoticePostToQueue[]): Promise<void> =>
  queue(
    trx,
    'chat',
    posts.map(({ secretId, ...post }) => ({ ...columns(post), secret_id: secretId })),
  );

const columns = ({ candidateId, enrolmentId, nodeId, visit, now, body }: Written) => ({
  id: newId(now),
  candidate_id: candidateId,
  enrolment_id: enrolmentId,
  node_id: nodeId,
  visit,
  body,
  created_at: new Date(now),
});

async function queue(
  trx: Trx,
  via: 'email' | 'chat',
  rows: readonly Record<string, unknown>[],
): Promise<void> {
  await sql`
    with queued as (
      insert into outgoing_notice (id, via, candidate_id, enrolment_id, node_id, visit, person_id, subject, html, secret_id, body, created_at)
      select id, ${via}, candidate_id, enrolment_id, node_id, visit, person_id, subject, html, secret_id, body, created_at
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
        id uuid, candidate_id uuid, enrolment_id uuid, node_id text, visit int, person_id text, subject text, html text,
        secret_id uuid, body text, created_at timestamptz)
      returning id, created_at
    )
    insert into outgoing_notice_queue (notice_id, via, at) select id, ${via}, created_at from queued`.execute(
    trx,
  );
}

/**
 * Runs that were ended tell nobody outside the app any more: what waits is cancelled, in a chat too where an earlier try
 * came to nothing. What is being sent is settled by whoever sends it.
 */
export async function cancelNotices(
  trx: Trx,
  enrolmentIds: readonly string[],
  reason: string,
  now: number,
): Promise<void> {
  await sql`
    with cancelled as (
      update outgoing_notice set status = 'cancelled', reason = ${reason}, settled_at = ${new Date(now)}
      where enrolment_id = any(${[...enrolmentIds]}::uuid[]) and status = 'queued' returning id
    )
    delete from outgoing_notice_queue q using cancelled where q.notice_id = cancelled.id`.execute(trx);
}

/** id → name. */
export async function flowNames(trx: Trx, ids: readonly string[]): Promise<Map<string, string>> {
  const found = await trx
    .selectFrom('flow')
    .select(['id', 'name'])
    .where('id', 'in', [...new Set(ids)])
    .execute();
  return new Map(found.map(({ id, name }) => [id, name]));
}

/** The queue's rows that a round may take: `q` the queue, `f` the flow, whose pause holds back what it says. */
export const noticesDue = (via: 'email' | 'chat', now: number) => sql`
  from outgoing_notice_queue q join outgoing_notice n on n.id = q.notice_id
  join enrolment e on e.id = n.enrolment_id join flow f on f.id = e.flow_id
  where q.via = ${via} and q.at <= ${new Date(now)} and q.next_at <= now() and f.state <> 'paused'`;

export interface ClaimedPost {
  id: string;
  body: string;
  /** Null: it is gone. */
  addressSealed: string | null;
  /** This one included. */
  attempts: number;
}

const leaseSeconds = 60;

/** Takes up to `limit` posts whose time has come. `now` in milliseconds. */
export async function claimPosts(
  db: Db,
  { limit, now }: { limit: number; now: number },
): Promise<ClaimedPost[]> {
  const claimed = await sql<ClaimedPost>`
    with taken as (
      select q.notice_id as id ${noticesDue('chat', now)}
      order by q.at, q.notice_id limit ${limit} for update of q skip locked
    ), leased as (
      update outgoing_notice_queue q set next_at = now() + make_interval(secs => ${leaseSeconds}) from taken where q.notice_id = taken.id
    )
    update outgoing_notice n set status = 'sending', attempts = attempts + 1 from taken where n.id = taken.id
    returning n.id, n.body, n.attempts,
      (select s.sealed from secret s where s.id = n.secret_id and s.removed_at is null) as "addressSealed"`.execute(
    db,
  );
  return claimed.rows;
}

type Try = Pick<ClaimedPost, 'id' | 'attempts'>;

/** `reason` null: it was taken. Nothing happens where another worker was faster. */
export async function settlePost(
  db: Db,
  { id, attempts }: Try,
  reason: string | null,
  now: number,
): Promise<void> {
  await sql`
    with settled as (
      update outgoing_notice set status = ${reason === null ? 'sent' : 'failed'}, reason = ${reason}, settled_at = ${new Date(now)}
      where id = ${id} and status = 'sending' and attempts = ${attempts} returning id
    )
    delete from outgoing_notice_queue q using settled where q.notice_id = settled.id`.execute(db);
}

/** No answer, or one that may be another tomorrow: tried again at `at` (milliseconds). */
export async function repeatPost(db: Db, { id, attempts }: Try, at: number, reason: string): Promise<void> {
  await sql`
    with waiting as (
      update outgoing_notice set status = 'queued', reason = ${reason}
      where id = ${id} and status = 'sending' and attempts = ${attempts} returning id
    )
    update outgoing_notice_queue q set at = ${new Date(at)}, next_at = now() from waiting where q.notice_id = waiting.id`.execute(
    db,
  );
}

/** Whether a round would have anything to post. */
export async function hasPosts(db: Db, now: number): Promise<boolean> {
  const found = await sql<{ any: boolean }>`select exists (select ${noticesDue('chat', now)}) as any`.execute(
    db,
  );
  return found.rows[0]?.any ?? false;
}
