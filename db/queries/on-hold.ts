/** Flows on hold: their messages are written and rendered, and leave only once a person lets them go. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import { retryConflicts } from '../transactions.ts';
import { type By, recordEvents } from './events.ts';
import { lockCandidates, MergedMeanwhile, maxLocked, type Trx } from './lock.ts';

/**
 * Those of `flowIds` that are on hold. They stay so until this transaction ends: whoever ends the hold waits, and
 * finds what was written meanwhile among what is held. A flow that is not on hold is not locked.
 */
export async function flowsOnHold(trx: Trx, flowIds: readonly string[]): Promise<Set<string>> {
  const found = await sql<{ id: string }>`
    select id from flow where id = any(${[...new Set(flowIds)]}::uuid[]) and on_hold order by id for share`.execute(
    trx,
  );
  return new Set(found.rows.map((row) => row.id));
}

/** From now on the flow's messages are queued as they are written; what is held already stays. False: no such flow. */
export async function endHold(db: Db, flowId: string, now: number): Promise<boolean> {
  const ended = await db
    .updateTable('flow')
    .set((eb) => ({
      on_hold: false,
      updated_at: eb.case().when('on_hold', '=', true).then(new Date(now)).else(eb.ref('updated_at')).end(),
    }))
    .where('id', '=', flowId)
    .executeTakeFirst();
  return ended.numUpdatedRows > 0n;
}

/** One message, or all that a flow (or one step of it) holds. */
export type Held = { messageId: string } | { flowId: string; nodeId?: string | undefined };

export interface LetGo {
  by: By;
  /** Milliseconds since 1970: what is written later is not meant. */
  now: number;
}

/** Queued from now on; every check is made again when it is claimed. Answers which messages it was. */
export const releaseHeld = (db: Db, held: Held, { by, now }: LetGo): Promise<string[]> =>
  settleHeld(db, held, 'message.released', { by, now });

/** They never leave. Answers which messages it was. */
export const discardHeld = (db: Db, held: Held, { by, now }: LetGo): Promise<string[]> =>
  settleHeld(db, held, 'message.discarded', { by, now });

type Outcome = 'message.released' | 'message.discarded';

/** A batch a transaction: stopped half-way, the rest is still held and can be asked for again. */
async function settleHeld(db: Db, held: Held, outcome: Outcome, letGo: LetGo): Promise<string[]> {
  const settled: string[] = [];
  let after: string | null = null;
  do {
    const from: string | null = after;
    const work = (trx: Trx): Promise<Batch> => settleBatch(trx, held, outcome, letGo, from);
    const batch: Batch = await retryConflicts(() => db.transaction().execute(work));
    settled.push(...batch.settled);
    after = batch.last;
  } while (after !== null);
  return settled;
}

/** `last`: where the next one goes on; null: there was no more. */
interface Batch {
  settled: string[];
  last: string | null;
}

interface HeldMessage {
  id: string;
  candidateId: string;
  applicationId: string | null;
  enrolmentId: string | null;
  flowId: string | null;
}

async function settleBatch(
  trx: Trx,
  held: Held,
  outcome: Outcome,
  { by, now }: LetGo,
  after: string | null,
): Promise<Batch> {
  const at = new Date(now);
  const which =
    'messageId' in held
      ? sql`id = ${held.messageId}`
      : sql`flow_id = ${held.flowId} and created_at <= ${at}
          ${held.nodeId === undefined ? sql`` : sql`and node_id = ${held.nodeId}`}`;
  const found = await sql<{ id: string; candidateId: string }>`
    select id, candidate_id as "candidateId" from message
    where status = 'held' and ${which} and ${after === null ? sql`true` : sql`id > ${after}::uuid`}
    order by id limit ${maxLocked}`.execute(trx);
  const people = new Set(found.rows.map((row) => row.candidateId));
  await lockCandidates(trx, [...people]);
  const ids = found.rows.map((row) => row.id);
  // Looked at again under the locks: who left the flow meanwhile has taken hers along.
  const settled = await sql<HeldMessage>`
    update message set ${
      outcome === 'message.released'
        ? sql`status = 'queued'`
        : sql`status = 'cancelled', reason = 'Discarded by hand while it was held.'`
    }
    where id = any(${ids}::uuid[]) and status = 'held'
    returning id, candidate_id as "candidateId", application_id as "applicationId", enrolment_id as "enrolmentId", flow_id as "flowId"`.execute(
    trx,
  );
  if (settled.rows.some((row) => !people.has(row.candidateId))) throw new MergedMeanwhile();
  const done = settled.rows.map((row) => row.id);
  if (outcome === 'message.released')
    await sql`
      insert into email_queue (message_id, not_before) select id, ${at} from unnest(${done}::uuid[]) as one (id)`.execute(
      trx,
    );
  await recordEvents(
    trx,
    settled.rows.map(({ id, flowId, ...whose }) => ({
      ...whose,
      type: outcome,
      messageId: id,
      data: flowId ? { flowId } : {},
      by,
    })),
    now,
  );
  return { settled: done, last: found.rows.length < maxLocked ? null : (ids.at(-1) ?? null) };
}
