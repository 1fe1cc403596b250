/** Mail of runs that are over: their flow's condition for leaving, which nobody else asks any more, is asked once more. */
import { sql } from 'kysely';
import { exitByCondition, hasLeft } from '../../engine/run/leaving.ts';
import { loadEnrolments } from './enrolments.ts';
import type { Trx } from './lock.ts';
import { planOf } from './plans.ts';

/**
 * Those of `messages` that may still leave; the others are cancelled. A run that is on its way has judged for itself
 * (`mayHaveArrived`). The candidates must be locked.
 */
export async function cancelOfLeft<M extends { messageId: string }>(
  trx: Trx,
  messages: readonly M[],
  now: number,
): Promise<M[]> {
  if (messages.length === 0) return [];
  const over = await sql<{ messageId: string; enrolmentId: string }>`
    select m.id as "messageId", e.id as "enrolmentId" from message m join enrolment e on e.id = m.enrolment_id
    where m.id = any(${messages.map((message) => message.messageId)}::uuid[])
      and e.status not in ('open', 'blocked') and '*' = any(e.exit_on)`.execute(trx);
  if (over.rows.length === 0) return [...messages];
  const runs = await loadEnrolments(trx, [...new Set(over.rows.map((row) => row.enrolmentId))]);
  const left = new Set<string>();
  for (const run of runs) if (hasLeft(await planOf(trx, run.versionId), { ...run, now })) left.add(run.id);
  const recalled = over.rows.filter((row) => left.has(row.enrolmentId)).map((row) => row.messageId);
  if (recalled.length === 0) return [...messages];
  await sql`
    with gone as (delete from email_queue where message_id = any(${recalled}::uuid[]))
    update message set status = 'cancelled', reason = ${exitByCondition} where id = any(${recalled}::uuid[])`.execute(
    trx,
  );
  return messages.filter((message) => !recalled.includes(message.messageId));
}
