/** The outbox of calls to other systems: written by steps, claimed one by one under a lease, settled with their answer. */
import { sql } from 'kysely';
import { updateData } from '../../engine/events/updated.ts';
import type { CandidateFacts } from '../../engine/facts.ts';
import type { SavedField } from '../../engine/webhooks/answer.ts';
import type { Hosts } from '../../engine/webhooks/hosts.ts';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import { waitsFor } from './asked.ts';
import { type EventToWrite, recordEvents } from './events.ts';
import { lockCandidate, lockCandidates, MergedMeanwhile, type Trx } from './lock.ts';

export interface CallToQueue {
  enrolmentId: string;
  nodeId: string;
  visit: number;
  method: string;
  url: string;
  headers: [string, string][];
  body: string | null;
  secret: { id: string; use: 'signature' | 'bearer' } | null;
  seconds: number;
  save: SavedField[];
  now: number;
}

export async function queueCalls(trx: Trx, calls: readonly CallToQueue[]): Promise<void> {
  const rows = calls.map((call) => ({
    id: newId(call.now),
    enrolment_id: call.enrolmentId,
    node_id: call.nodeId,
    visit: call.visit,
    method: call.method,
    url: call.url,
    headers: call.headers,
    body: call.body,
    secret_id: call.secret?.id ?? null,
    secret_use: call.secret?.use ?? null,
    seconds: call.seconds,
    save: call.save,
    created_at: new Date(call.now),
  }));
  await sql`
    with queued as (
      insert into webhook_call (id, enrolment_id, node_id, visit, method, url, headers, body, secret_id, secret_use, seconds, save, created_at)
      select id, enrolment_id, node_id, visit, method, url, headers, body, secret_id, secret_use, seconds, save, created_at
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as row (
        id uuid, enrolment_id uuid, node_id text, visit int, method text, url text, headers jsonb, body text, secret_id uuid,
        secret_use text, seconds int, save jsonb, created_at timestamptz)
      returning id, created_at
    )
    insert into webhook_queue (call_id, at) select id, created_at from queued`.execute(trx);
}

export interface ClaimedCall {
  id: string;
  enrolmentId: string;
  nodeId: string;
  visit: number;
  method: string;
  url: string;
  headers: [string, string][];
  body: string | null;
  secretUse: 'signature' | 'bearer' | null;
  /** Null: none is used, or it is gone. */
  secretSealed: string | null;
  /** Where it may be sent as it is. Null as above. */
  secretHosts: Hosts | null;
  seconds: number;
  save: SavedField[];
  /** This one included. */
  attempts: number;
}

/** The run waits for this very answer, be it at another step to which it was moved since. */
const isWaitedFor = waitsFor('e', 'c');

/** Something has happened that may end the run, which has not heard of it yet: it moves first. */
const mayBeLeaving = sql`exists (
  select from event ev where ev.candidate_id = e.candidate_id and ev.seq > e.seen_seq
    and (ev.type = any(e.exit_on) or '*' = any(e.exit_on) or (e.goal_at is null and ev.type = any(e.goal_events)))
    and not (ev.by_kind = 'flow' and ev.enrolment_id = e.id))`;

/**
 * Takes up to `limit` calls whose time has come. One that its run no longer waits for is settled here and never
 * leaves; one of a paused flow stays. The lease outlasts the time of one try; whoever takes it afterwards repeats the
 * call under the same id. `now` in milliseconds.
 */
export async function claimCalls(
  db: Db,
  { limit, now }: { limit: number; now: number },
): Promise<{ calls: ClaimedCall[]; claimed: number }> {
  const at = new Date(now);
  return db.transaction().execute(async (trx) => {
    const queued = await sql<{ id: string; candidateId: string }>`
      select q.call_id as id, e.candidate_id as "candidateId"
      from webhook_queue q join webhook_call c on c.id = q.call_id join enrolment e on e.id = c.enrolment_id join flow f on f.id = e.flow_id
      where q.at <= ${at} and q.next_at <= now() and (${isWaitedFor} is not true or (f.state = 'live' and not ${mayBeLeaving}))
      order by q.at, q.call_id limit ${limit} for update of q skip locked`.execute(trx);
    if (queued.rows.length === 0) return { calls: [], claimed: 0 };
    const people = [...new Set(queued.rows.map((row) => row.candidateId))];
    await lockCandidates(trx, people);
    const ids = queued.rows.map((row) => row.id);
    // Looked at again, now that nobody else can move these runs.
    const looked = await sql<{ id: string; verdict: 'call' | 'drop' | 'stay' }>`
      select c.id, case when ${isWaitedFor} is not true then 'drop' when f.state = 'live' and not ${mayBeLeaving}
        and e.candidate_id = any(${people}::uuid[]) then 'call' else 'stay' end as verdict
      from webhook_call c join enrolment e on e.id = c.enrolment_id join flow f on f.id = e.flow_id
      where c.id = any(${ids}::uuid[])`.execute(trx);
    const of = (verdict: string) => looked.rows.filter((row) => row.verdict === verdict).map((row) => row.id);
    await drop(trx, of('drop'), at);
    const calls = await sql<ClaimedCall>`
      with leased as (
        update webhook_queue q set next_at = now() + make_interval(secs => c.seconds + 30)
        from webhook_call c where c.id = q.call_id and c.id = any(${of('call')}::uuid[])
      )
      update webhook_call c set status = 'calling', attempts = attempts + 1 where id = any(${of('call')}::uuid[])
      returning c.id, c.enrolment_id as "enrolmentId", c.node_id as "nodeId", c.visit, c.method, c.url, c.headers, c.body,
        c.secret_use as "secretUse", c.seconds, c.save, c.attempts,
        (select s.sealed from secret s where s.id = c.secret_id and s.removed_at is null) as "secretSealed",
        (select coalesce(to_jsonb(s.hosts), '"any"') from secret s where s.id = c.secret_id and s.removed_at is null) as "secretHosts"`.execute(
      trx,
    );
    return { calls: calls.rows, claimed: queued.rows.length };
  });
}

/** Runs that are over call nobody any more. A call that is being made is settled by whoever makes it. */
export async function cancelCalls(trx: Trx, enrolmentIds: readonly string[], now: number): Promise<void> {
  const waiting = await sql<{ id: string }>`
    select id from webhook_call where enrolment_id = any(${[...enrolmentIds]}::uuid[]) and status = 'queued' for update`.execute(
    trx,
  );
  await drop(
    trx,
    waiting.rows.map((row) => row.id),
    new Date(now),
  );
}

/** What a visit asked for. */
export interface AskedBy {
  enrolmentId: string;
  node: string;
  visit: number;
}

/** The runs, among these, whose call was put aside before it was ever tried. The candidates must be locked. */
export async function neverCalled(trx: Trx, asked: readonly AskedBy[]): Promise<Set<string>> {
  if (asked.length === 0) return new Set();
  const found = await sql<{ id: string }>`
    select c.enrolment_id as id
    from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as asked ("enrolmentId" uuid, node text, visit int)
      join webhook_call c on c.enrolment_id = asked."enrolmentId" and c.node_id = asked.node and c.visit = asked.visit
    where c.status = 'cancelled'`.execute(trx);
  return new Set(found.rows.map((row) => row.id));
}

/** What answers brought while the runs stood elsewhere, now that these wait for them again. The candidates must be locked. */
export async function takeInKept(trx: Trx, asked: readonly AskedBy[], now: number): Promise<void> {
  if (asked.length === 0) return;
  const found = await sql<{
    enrolmentId: string;
    flowId: string;
    candidateId: string;
    applicationId: string | null;
    depth: number;
    kept: CandidateFacts['custom'];
  }>`
    with asked as (
      select * from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as row ("enrolmentId" uuid, node text, visit int)
    ), held as (
      select c.id, c.kept from webhook_call c join asked on c.enrolment_id = asked."enrolmentId" and c.node_id = asked.node
        and c.visit = asked.visit where c.kept is not null for update of c
    )
    update webhook_call c set kept = null from held, enrolment e where c.id = held.id and e.id = c.enrolment_id
    returning e.id as "enrolmentId", e.flow_id as "flowId", e.candidate_id as "candidateId",
      e.application_id as "applicationId", e.cause_depth + 1 as depth, held.kept`.execute(trx);
  const events: EventToWrite[] = [];
  for (const { kept, ...call } of found.rows) events.push(await takeIn(trx, call, kept, now));
  await recordEvents(trx, events, now);
}

/** Answers the event that says so. */
async function takeIn(
  trx: Trx,
  call: {
    enrolmentId: string;
    flowId: string;
    candidateId: string;
    applicationId: string | null;
    depth: number;
  },
  custom: CandidateFacts['custom'],
  now: number,
): Promise<EventToWrite> {
  const { enrolmentId, flowId, candidateId, applicationId, depth } = call;
  await sql`
    update candidate set custom = custom || ${JSON.stringify(custom)}::jsonb, updated_at = ${new Date(now)} where id = ${candidateId}`.execute(
    trx,
  );
  return {
    candidateId,
    applicationId,
    depth,
    type: 'candidate.updated',
    enrolmentId,
    data: updateData(Object.keys(custom).map((field) => `candidate.custom.${field}`)),
    by: { kind: 'flow', id: flowId },
  };
}

/** Its run has gone on without it: by exit, by repair, or because its time was up. */
async function drop(trx: Trx, ids: readonly string[], at: Date): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    with taken as (delete from webhook_queue where call_id = any(${[...ids]}::uuid[]))
    update webhook_call set status = case when attempts = 0 then 'cancelled' else 'given-up' end, settled_at = ${at},
      url = '', headers = '[]', body = null where id = any(${[...ids]}::uuid[])`.execute(trx);
}

export interface Settled {
  outcome: 'success' | 'failure';
  httpStatus: number | null;
  /** A sentence; null: the status says it all. */
  reason: string | null;
  custom: CandidateFacts['custom'];
  missing: string[];
}

/**
 * The call has its answer: what it says of the candidate and the event that the run waits for, in one transaction.
 * Nothing happens where another worker, with the same call, was faster.
 */
export async function settleCall(
  db: Db,
  { id, attempts }: Pick<ClaimedCall, 'id' | 'attempts'>,
  { outcome, httpStatus, reason, custom, missing }: Settled,
  now: number,
): Promise<void> {
  const at = new Date(now);
  const brought = Object.keys(custom).length > 0 ? JSON.stringify(custom) : null;
  await db.transaction().execute(async (trx) => {
    const candidateId = await lockCandidateOf(trx, id);
    if (candidateId === null) return;
    const settled = await sql<{
      enrolmentId: string;
      nodeId: string;
      visit: number;
      flowId: string;
      applicationId: string | null;
      depth: number;
      waited: boolean;
    }>`
      with taken as (delete from webhook_queue where call_id = ${id})
      update webhook_call c set status = ${outcome}, http_status = ${httpStatus}, reason = ${reason}, settled_at = ${at},
        url = '', headers = '[]', body = null,
        -- Its run may have been moved away, and be brought back.
        kept = case when e.status in ('open', 'blocked') and ${isWaitedFor} is not true then ${brought}::jsonb end
      from enrolment e where e.id = c.enrolment_id and c.id = ${id} and c.status = 'calling' and c.attempts = ${attempts}
      returning c.enrolment_id as "enrolmentId", c.node_id as "nodeId", c.visit, e.flow_id as "flowId",
        e.application_id as "applicationId", e.cause_depth + 1 as depth, ${isWaitedFor} is true as waited`.execute(
      trx,
    );
    const call = settled.rows[0];
    if (!call) return;
    const events: EventToWrite[] = [];
    // Who has left the flow meanwhile gave it no right to change her.
    if (brought && call.waited) events.push(await takeIn(trx, { ...call, candidateId }, custom, now));
    events.push({
      candidateId,
      applicationId: call.applicationId,
      depth: call.depth,
      type: 'webhook.answered',
      enrolmentId: call.enrolmentId,
      data: {
        node: call.nodeId,
        visit: call.visit,
        outcome,
        status: httpStatus,
        ...(reason ? { reason } : {}),
        ...(missing.length > 0 ? { missing } : {}),
      },
      by: { kind: 'system' },
    });
    await recordEvents(trx, events, now);
  });
}

async function lockCandidateOf(trx: Trx, callId: string): Promise<string | null> {
  const found = await sql<{ id: string }>`
    select e.candidate_id as id from webhook_call c join enrolment e on e.id = c.enrolment_id where c.id = ${callId}`.execute(
    trx,
  );
  const id = found.rows[0]?.id;
  if (!id) return null;
  if ((await lockCandidate(trx, id)) !== id) throw new MergedMeanwhile();
  return id;
}

/** No answer, or one that may be another tomorrow: tried again at `at` (milliseconds), under the same id. */
export async function repeatCall(
  db: Db,
  { id, attempts }: Pick<ClaimedCall, 'id' | 'attempts'>,
  { at, httpStatus, reason }: { at: number; httpStatus: number | null; reason: string },
): Promise<void> {
  await sql`
    with waiting as (
      update webhook_call set status = 'queued', http_status = ${httpStatus}, reason = ${reason}
      where id = ${id} and status = 'calling' and attempts = ${attempts} returning id
    )
    update webhook_queue set at = ${new Date(at)}, next_at = now() from waiting where call_id = waiting.id`.execute(
    db,
  );
}

/** Whether a round would have anything to call. */
export async function hasCalls(db: Db, now: number): Promise<boolean> {
  const found = await sql<{ any: boolean }>`
    select exists (select from webhook_queue where at <= ${new Date(now)} and next_at <= now()) as any`.execute(
    db,
  );
  return found.rows[0]?.any ?? false;
}
