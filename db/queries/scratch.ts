/** A second set of tables in a schema of its own: rows are made there unseen, then moved over in one transaction. */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import type { Trx } from './lock.ts';

/** In an order that the foreign keys allow. `later`: a column that points forward, filled in afterwards. */
const moved: readonly { table: string; later?: string; order?: string; keepOwn?: true }[] = [
  { table: 'pipeline', keepOwn: true },
  { table: 'stage', keepOwn: true },
  { table: 'candidate' },
  { table: 'candidate_email' },
  { table: 'candidate_phone' },
  { table: 'candidate_link' },
  { table: 'candidate_external' },
  { table: 'candidate_gone' },
  { table: 'note' },
  { table: 'job' },
  { table: 'application' },
  { table: 'stage_move' },
  { table: 'pool' },
  { table: 'pool_member' },
  { table: 'template', later: 'current_version_id' },
  { table: 'template_version' },
  { table: 'flow', later: 'live_version_id' },
  { table: 'flow_version' },
  { table: 'flow_trigger' },
  { table: 'event', order: 'candidate_id, seq' },
  { table: 'enrolment' },
  { table: 'step', order: 'ord' },
  { table: 'invitation' },
  { table: 'consent' },
  { table: 'task' },
  { table: 'notice' },
  { table: 'rota' },
  { table: 'operation' },
  { table: 'operation_row' },
  { table: 'secret' },
  { table: 'webhook_call' },
  { table: 'outgoing_notice' },
  { table: 'milestone' },
  { table: 'due' },
  { table: 'occasion' },
  { table: 'refusal' },
  { table: 'message' },
  { table: 'contact_hold' },
  { table: 'contact_decision' },
  { table: 'email_batch' },
  { table: 'caught_mail' },
  { table: 'suppression', keepOwn: true },
  { table: 'source' },
  { table: 'inbound' },
  { table: 'inbound_refused' },
];

/** Who may sign in, queues (which are empty by then), and what is derived or belongs to a process. */
const leftBehind: readonly string[] = [
  'tag',
  'workspace',
  'user',
  'session',
  'credential',
  'verification',
  'api_key',
  'event_queue',
  'candidate_date',
  'candidate_text',
  'mark',
  'email_queue',
  'webhook_queue',
  'outgoing_notice_queue',
  'pool_check',
  'pool_fill',
  'inbound_queue',
  'funnel',
  'funnel_mark',
  'provider_rate',
  'idempotency',
  'worker_pulse',
];

/** What the rows made in the scratch schema may lean on. */
const lent: readonly string[] = ['workspace', 'user', 'pipeline', 'stage', 'funnel_mark'];

/** Makes the schema anew, with every table of the real one, empty but for what is lent to it. */
export async function createScratch(db: Db, schema: string): Promise<void> {
  await dropScratch(db, schema);
  const known = new Set([...moved.map((one) => one.table), ...leftBehind]);
  const tables = await sql<{ name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like 'kysely%' order by 1`.execute(
    db,
  );
  await db.transaction().execute(async (trx) => {
    await sql`create schema ${sql.id(schema)}`.execute(trx);
    for (const { name } of tables.rows) {
      if (!known.has(name)) throw new Error(`Nothing says whether rows of “${name}” are to be moved.`);
      await sql`create unlogged table ${sql.id(schema, name)} (like ${sql.id('public', name)} including all)`.execute(
        trx,
      );
    }
    for (const table of lent)
      await sql`insert into ${sql.id(schema, table)} select * from ${sql.id('public', table)}`.execute(trx);
  });
}

export async function dropScratch(db: Db | Trx, schema: string): Promise<void> {
  await sql`drop schema if exists ${sql.id(schema)} cascade`.execute(db);
}

/** Columns that are written, not made by Postgres. A ledger row's transaction is the one that it arrives in. */
async function columnsOf(trx: Trx, table: string): Promise<string[]> {
  const found = await sql<{ name: string }>`
    select column_name as name from information_schema.columns
    where table_schema = 'public' and table_name = ${table} and is_identity = 'NO' and is_generated = 'NEVER' and column_name <> 'xid'
    order by ordinal_position`.execute(trx);
  return found.rows.map((row) => row.name);
}

/** Moves every row over and drops the schema, with the caller's transaction. Answers how many rows. */
export async function moveFromScratch(trx: Trx, schema: string): Promise<number> {
  let rows = 0;
  const copy = async ({ table, later, order, keepOwn }: (typeof moved)[number]) => {
    const columns = (await columnsOf(trx, table)).filter((column) => column !== later);
    const list = sql.join(columns.map((column) => sql.id(column)));
    const done = await sql`
      insert into ${sql.id('public', table)} (${list}) select ${list} from ${sql.id(schema, table)}
      ${order ? sql`order by ${sql.raw(order)}` : sql``} ${keepOwn ? sql`on conflict do nothing` : sql``}`.execute(
      trx,
    );
    rows += Number(done.numAffectedRows ?? 0);
  };
  for (const one of moved) await copy(one);
  for (const { table, later } of moved) {
    if (!later) continue;
    await sql`
      update ${sql.id('public', table)} as real set ${sql.id(later)} = made.${sql.id(later)}
      from ${sql.id(schema, table)} as made where made.id = real.id`.execute(trx);
  }
  await dropScratch(trx, schema);
  return rows;
}
