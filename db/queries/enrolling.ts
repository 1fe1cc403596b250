/** Asking a flow to take candidates in, under their locks: the router decides about each. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import type { OperationSpecs } from '../schema-operations.ts';
import { type By, recordEvents } from './events.ts';
import { lockCandidates, type Trx } from './lock.ts';
import type { Turn } from './moving.ts';

export interface Asking {
  flowId: string;
  /** At most 500. */
  candidateIds: readonly string[];
  applicationId?: string | null;
  by: By;
  /** What the event says besides. */
  data?: Record<string, unknown>;
}

/**
 * Without `applicationId` the context is her one active application, if she has exactly one. `here` were asked for;
 * `merged` are someone else by now; unknown ids are in neither.
 */
export async function askIn(
  trx: Trx,
  { flowId, candidateIds, applicationId = null, by, data = {} }: Asking,
  now: number,
): Promise<{ here: string[]; merged: string[] }> {
  const locked = await lockCandidates(trx, candidateIds);
  const here = locked.filter((candidate) => !candidate.mergedInto).map((candidate) => candidate.id);
  const merged = locked.filter((candidate) => candidate.mergedInto).map((candidate) => candidate.id);
  const alone = await sql<{ candidateId: string; id: string }>`
    select candidate_id as "candidateId", min(id::text) as id from application
    where candidate_id = any(${here}::uuid[]) and status = 'active' group by candidate_id having count(*) = 1`.execute(
    trx,
  );
  const contexts = new Map(alone.rows.map((row) => [row.candidateId, row.id]));
  await recordEvents(
    trx,
    here.map((candidateId) => {
      const context = applicationId ?? contexts.get(candidateId) ?? null;
      return {
        candidateId,
        type: 'enrolment.requested',
        applicationId: context,
        data: { flowId, ...(context ? { applicationId: context } : {}), ...data },
        by,
      };
    }),
    now,
  );
  return { here, merged };
}

/** Whose turn it is to be asked in, in id order. */
export async function nextToEnrol(
  trx: Trx | Db,
  from: OperationSpecs['enrol']['from'],
  cursor: string | null,
  limit: number,
): Promise<Turn[]> {
  const beyond = cursor === null ? sql`` : sql`and candidate_id > ${cursor}::uuid`;
  const who =
    'poolId' in from
      ? sql`(select candidate_id from pool_member where pool_id = ${from.poolId}) as one`
      : sql`unnest(${from.candidateIds}::uuid[]) as one (candidate_id)`;
  const found = await sql<Turn>`
    select distinct candidate_id as ref, candidate_id as "candidateId" from ${who} where true ${beyond} order by 1 limit ${limit}`.execute(
    trx,
  );
  return found.rows;
}

/** How many would be asked in. */
export async function countToEnrol(trx: Trx, poolId: string): Promise<number> {
  const found = await sql<{ n: number }>`
    select count(*)::int as n from pool_member where pool_id = ${poolId}`.execute(trx);
  return found.rows[0]?.n ?? 0;
}
