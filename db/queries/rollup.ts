/**
 * Rolls the ledger up into the funnel. Only rows written by transactions older than every one still running are
 * read, so that none is counted twice and none is missed; whoever asks for figures adds the rows above the mark.
 */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';
import type { Trx } from './lock.ts';

/** Answers how many ledger rows were added; zero when another process is at it. */
export async function rollUp(db: Db): Promise<number> {
  return db.transaction().execute(async (trx) => {
    // The lock first, then a snapshot of its own: one taken before a wait for the lock would be too old.
    const marks = await sql<{
      below: string;
    }>`select below::text as below from funnel_mark for update skip locked`.execute(trx);
    const below = marks.rows[0]?.below;
    if (below === undefined) return 0;
    const snapshot = await sql<{
      next: string;
    }>`select pg_snapshot_xmin(pg_current_snapshot())::text as next`.execute(trx);
    const next = snapshot.rows[0]?.next ?? below;
    if (BigInt(next) < BigInt(below)) return startOver(trx);
    if (next === below) return 0;
    const added = await sql<{ n: number }>`
      with fresh as (
        select version_id, node_id, outcome as kind, coalesce(port, '') as port, count(*) as n from step
        where xid >= ${below}::xid8 and xid < ${next}::xid8 group by 1, 2, 3, 4
        union all
        select version_id, node_id, 'visited-first', '', count(*) from step
        where xid >= ${below}::xid8 and xid < ${next}::xid8 and visit = 1 group by 1, 2
        union all
        select version_id, node_id, kind, '', count(*) from milestone
        where xid >= ${below}::xid8 and xid < ${next}::xid8 and version_id is not null and node_id is not null group by 1, 2, 3
      ), added as (
        insert into funnel (version_id, node_id, kind, port, n) select * from fresh
        on conflict (version_id, node_id, kind, port) do update set n = funnel.n + excluded.n
      )
      select coalesce(sum(n), 0)::int as n from fresh`.execute(trx);
    await sql`update funnel_mark set below = ${next}::xid8`.execute(trx);
    return added.rows[0]?.n ?? 0;
  });
}

/**
 * The mark lies in the future: this database was restored into a server that counts its transactions anew. Every row
 * is stamped with this one, and the funnel is filled again from the next round on.
 */
async function startOver(trx: Trx): Promise<number> {
  await sql`delete from funnel`.execute(trx);
  await sql`update step set xid = pg_current_xact_id()`.execute(trx);
  await sql`update milestone set xid = pg_current_xact_id()`.execute(trx);
  await sql`update funnel_mark set below = '0'`.execute(trx);
  return 0;
}
