/** Operations: what a person asked for many at once. Begun, claimed batch by batch, called off, listed. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import { newId } from '../id.ts';
import type { Before, OperationKind, OperationSpecs, OperationState } from '../schema-operations.ts';
import type { Trx } from './lock.ts';
import type { AfterTime, Page } from './page.ts';

export type Operation = {
  [K in OperationKind]: {
    id: string;
    flowId: string;
    kind: K;
    spec: OperationSpecs[K];
    cursor: string | null;
    /** Who asked for it. */
    by: string | null;
    /** Milliseconds. */
    createdAt: number;
  };
}[OperationKind];

export async function beginOperation<K extends OperationKind>(
  trx: Trx | Db,
  {
    flowId,
    kind,
    spec,
    total,
    by,
  }: { flowId: string; kind: K; spec: OperationSpecs[K]; total: number; by: string },
  now: number,
): Promise<string> {
  const id = newId(now);
  const at = new Date(now);
  await trx
    .insertInto('operation')
    .values({
      id,
      flow_id: flowId,
      kind,
      spec: JSON.stringify(spec),
      total,
      next_at: at,
      by_id: by,
      created_at: at,
    })
    .execute();
  return id;
}

/** The next one whose turn has come, locked until this transaction ends; whoever calls it off waits for the batch. */
export async function claimOperation(trx: Trx, now: number): Promise<Operation | null> {
  const claimed = await sql<Operation>`
    select id, flow_id as "flowId", kind, spec, cursor, by_id as by,
      floor(extract(epoch from created_at) * 1000)::float8 as "createdAt"
    from operation where state = 'running' and next_at <= ${new Date(now)} order by next_at, id limit 1 for update skip locked`.execute(
    trx,
  );
  return claimed.rows[0] ?? null;
}

export interface OperationRow {
  /** A run's id, or a candidate's who was to be enrolled. */
  ref: string;
  candidateId: string;
  outcome: 'changed' | 'left-out';
  code?: string;
  before?: Before;
}

/** What a batch has come to. `cursor` null: there was nobody left. `nextAt` in milliseconds. */
export async function saveBatch(
  trx: Trx,
  id: string,
  { rows, cursor, nextAt }: { rows: readonly OperationRow[]; cursor: string | null; nextAt: number },
  now: number,
): Promise<void> {
  const stored = rows.map((row) => ({
    ref: row.ref,
    candidate: row.candidateId,
    outcome: row.outcome,
    code: row.code ?? null,
    before: row.before ?? null,
  }));
  await sql`
    insert into operation_row (operation_id, ref_id, candidate_id, outcome, code, before)
    select ${id}, ref, candidate, outcome, code, before from jsonb_to_recordset(${JSON.stringify(stored)}::jsonb)
      as row (ref uuid, candidate uuid, outcome text, code text, before jsonb)
      where exists (select from candidate c where c.id = candidate)`.execute(trx);
  const changed = rows.filter((row) => row.outcome === 'changed').length;
  const at = new Date(now);
  await sql`
    update operation set changed = changed + ${changed}, left_out = left_out + ${rows.length - changed},
      cursor = coalesce(${cursor}::uuid, cursor), next_at = ${new Date(nextAt)},
      state = case when ${cursor === null} then 'done' else state end,
      finished_at = case when ${cursor === null} then ${at}::timestamptz end
    where id = ${id}`.execute(trx);
}

/** Its next batch has to wait until `at` (milliseconds): others have their turn meanwhile. */
export async function putOffOperation(db: Db, id: string, at: number): Promise<void> {
  await db
    .updateTable('operation')
    .set({ next_at: new Date(at) })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .execute();
}

/** Who has had no turn yet keeps standing where they stand. */
export async function cancelOperation(
  db: Db | Trx,
  id: string,
  now: number,
): Promise<'done' | 'not-found' | 'not-running'> {
  const cancelled = await db
    .updateTable('operation')
    .set({ state: 'cancelled', finished_at: new Date(now) })
    .where('id', '=', id)
    .where('state', '=', 'running')
    .executeTakeFirst();
  if (cancelled.numUpdatedRows > 0n) return 'done';
  const there = await db.selectFrom('operation').select('id').where('id', '=', id).executeTakeFirst();
  return there ? 'not-running' : 'not-found';
}

/** A newer version decides anew: moves that are still under way go no further. */
export async function cancelMoves(trx: Trx, flowId: string, now: number): Promise<void> {
  await trx
    .updateTable('operation')
    .set({ state: 'cancelled', finished_at: new Date(now) })
    .where('flow_id', '=', flowId)
    .where('kind', 'in', ['move', 'undo'])
    .where('state', '=', 'running')
    .execute();
}

export interface ListedOperation {
  id: string;
  flowId: string;
  kind: OperationKind;
  spec: OperationSpecs[OperationKind];
  state: OperationState;
  total: number;
  changed: number;
  leftOut: number;
  by: string | null;
  createdAt: Date;
  finishedAt: Date | null;
  /** A move that was taken back, or is being so. */
  undone: boolean;
}

const columns = sql`
  o.id, o.flow_id as "flowId", o.kind, o.spec, o.state, o.total, o.changed, o.left_out as "leftOut", o.created_at as "createdAt",
  o.finished_at as "finishedAt", coalesce((select name from "user" where id::text = o.by_id), (select name from api_key where id::text = o.by_id)) as by,
  exists (select from operation u where u.flow_id = o.flow_id and u.kind = 'undo' and u.spec->>'of' = o.id::text) as undone`;

/** Newest first. */
export async function listOperations(
  db: Db,
  flowId: string,
  { limit, after }: Page<AfterTime>,
): Promise<ListedOperation[]> {
  const found = await sql<ListedOperation>`
    select ${columns} from operation o
    where o.flow_id = ${flowId} ${after ? sql`and (o.created_at, o.id) < (${after.at}, ${after.id}::uuid)` : sql``}
    order by o.created_at desc, o.id desc limit ${limit}`.execute(db);
  return found.rows;
}

export async function readOperation(db: Db, id: string): Promise<ListedOperation | null> {
  const found = await sql<ListedOperation>`select ${columns} from operation o where o.id = ${id}`.execute(db);
  return found.rows[0] ?? null;
}

export interface ListedLeftOut {
  ref: string;
  candidate: { id: string; fullName: string };
  code: string;
  detail: Record<string, unknown>;
}

/** Who was left out, by id; whom the flow itself refused afterwards is among them. */
export async function listLeftOut(
  db: Db,
  operation: Pick<ListedOperation, 'id' | 'flowId' | 'kind' | 'createdAt'>,
  { limit, after }: Page<{ id: string }>,
): Promise<ListedLeftOut[]> {
  const found = await sql<ListedLeftOut>`
    select ref, code, detail, jsonb_build_object('id', c.id, 'fullName', c.full_name) as candidate from (
      select ref_id as ref, candidate_id, coalesce(code, '') as code, '{}'::jsonb as detail
      from operation_row where operation_id = ${operation.id} and outcome = 'left-out'
      ${
        operation.kind === 'enrol'
          ? sql`union all select r.id, r.candidate_id, r.code, r.detail from refusal r join event e on e.id = r.event_id
              where r.flow_id = ${operation.flowId} and r.at >= ${operation.createdAt} and e.data->>'operationId' = ${operation.id}`
          : sql``
      }
    ) as out join candidate c on c.id = out.candidate_id
    where ${after ? sql`out.ref > ${after.id}::uuid` : sql`true`}
    order by out.ref limit ${limit}`.execute(db);
  return found.rows;
}
