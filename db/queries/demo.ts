/** Whether the workspace is empty, whether it is being filled, and what filling it has to look up. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import type { Trx } from './lock.ts';

export type Holding = 'candidates' | 'flows' | 'pools' | 'templates';

/** The first kind of thing that is there already; null: the workspace is empty. */
export async function whatIsThere(db: Db | Trx): Promise<Holding | null> {
  const found = await sql<{ holding: Holding }>`
    select 'candidates' as holding where exists (select from candidate)
    union all select 'flows' where exists (select from flow)
    union all select 'pools' where exists (select from pool)
    union all select 'templates' where exists (select from template)
    limit 1`.execute(db);
  return found.rows[0]?.holding ?? null;
}

/** Two numbers that name the lock; they spell nothing. */
const [lockSpace, lockNumber] = [7483, 120];

/** Runs `work` while nobody else fills this database; 'busy' when somebody does. The lock goes with its process. */
export function whileFilling<T>(db: Db, work: () => Promise<T>): Promise<T | 'busy'> {
  return db.connection().execute(async (connection) => {
    const tried = await sql<{ mine: boolean }>`
      select pg_try_advisory_lock(${lockSpace}::int, ${lockNumber}::int) as mine`.execute(connection);
    if (!tried.rows[0]?.mine) return 'busy';
    try {
      return await work();
    } finally {
      await sql`select pg_advisory_unlock(${lockSpace}::int, ${lockNumber}::int)`.execute(connection);
    }
  });
}

export async function isBeingFilled(db: Db): Promise<boolean> {
  const found = await sql<{ held: boolean }>`
    select exists (
      select from pg_locks where locktype = 'advisory' and granted and classid = ${lockSpace} and objid = ${lockNumber} and objsubid = 2
        and database = (select oid from pg_database where datname = current_database())) as held`.execute(db);
  return found.rows[0]?.held ?? false;
}

/** In whose name recruiters act: the accounts that there are, the owner first. */
export async function accountIds(db: Db): Promise<string[]> {
  const found = await sql<{ id: string }>`
    select id from "user" where role in ('admin', 'recruiter') order by role, created_at, id`.execute(db);
  return found.rows.map((row) => row.id);
}

/** The next instant at which an open run goes on by itself, in milliseconds. */
export async function nextDeadline(db: Db): Promise<number | null> {
  const found = await sql<{ at: Date | null }>`
    select min(wake_at) as at from enrolment where status = 'open' and wake_at is not null`.execute(db);
  return found.rows[0]?.at?.getTime() ?? null;
}

export async function runsDue(db: Db, now: number): Promise<string[]> {
  const found = await sql<{ id: string }>`
    select id from enrolment where status = 'open' and wake_at <= ${new Date(now)} order by wake_at, id`.execute(
    db,
  );
  return found.rows.map((row) => row.id);
}

export type Queue = 'intake' | 'router' | 'waker' | 'deliver-email';

/** Which pumps have something to do. */
export async function queuesWithWork(db: Db): Promise<Set<Queue>> {
  const found = await sql<{ queue: Queue }>`
    select 'intake' as queue where exists (select from inbound_queue)
    union all select 'router' where exists (select from event_queue where dead_reason is null)
    union all select 'waker' where exists (select from mark)
    union all select 'deliver-email' where exists (select from email_queue)`.execute(db);
  return new Set(found.rows.map((row) => row.queue));
}

export interface ArrivedMail {
  id: string;
  token: string;
  candidateId: string;
  firstName: string | null;
  address: string;
  template: string;
  /** The number of the flow version that sent it. */
  version: number;
}

export async function arrivedMails(db: Db, messageIds: readonly string[]): Promise<ArrivedMail[]> {
  const found = await sql<ArrivedMail>`
    select m.id, m.token, m.candidate_id as "candidateId", c.first_name as "firstName", m.to_address as address, t.name as template, v.number as version
    from message m join candidate c on c.id = m.candidate_id join template_version tv on tv.id = m.template_version_id
    join template t on t.id = tv.template_id join flow_version v on v.id = m.version_id
    where m.id = any(${[...messageIds]}::uuid[]) order by m.id`.execute(db);
  return found.rows;
}

export interface KnownApplication {
  id: string;
  candidateId: string;
  pipelineId: string;
}

/** The newest application of whoever has this address. */
export async function applicationOf(db: Db, addressKey: string): Promise<KnownApplication | null> {
  const found = await sql<KnownApplication>`
    select a.id, a.candidate_id as "candidateId", a.pipeline_id as "pipelineId"
    from candidate_email e join application a on a.candidate_id = e.candidate_id
    where e.address_key = ${addressKey} and not e.is_claim order by a.applied_at desc limit 1`.execute(db);
  return found.rows[0] ?? null;
}

/** Gives every run that is still on its way to the real clocks. Answers how many. */
export async function handOverRuns(trx: Trx): Promise<number> {
  const marked = await sql`
    insert into mark (id, enrolment_id, kind, lane)
    select gen_random_uuid(), id, 'wake', 'bulk' from enrolment where status = 'open'`.execute(trx);
  return Number(marked.numAffectedRows ?? 0);
}
