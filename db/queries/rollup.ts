/**
 * Rolls the ledger up into the funnel. Only rows written by transactions older than every one still running are
 * read, so that none is counted twice and none is missed; whoever asks for figures adds the rows above the mark.
 */
import { sql } from 'kysely';
import type { Db } from '../connect.ts';

/** Answers how many ledger rows were added; zero when another process is at it. */
export async function rollUp(db: Db): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const marks = await sql<{ below: string; next: string }>`
      select below::text as below, pg_snapshot_xmin(pg_current_snapshot())::text as next from funnel_mark for update skip locked`.execute(
      trx,
    );
    const mark = marks.rows[0];
    if (!mark || mark.below === mark.next) return 0;
    const added = await sql<{ n: number }>`
      with fresh as (
        select version_id, node_id, outcome as kind, coalesce(port, '') as port, count(*) as n from step
        where xid >= ${mark.below}::xid8 and xid < ${mark.next}::xid8 group by 1, 2, 3, 4
        union all
        select version_id, node_id, 'visited-first', '', count(*) from step
        where xid >= ${mark.below}::xid8 and xid < ${mark.next}::xid8 and visit = 1 group by 1, 2
        union all
        select version_id, node_id, kind, '', count(*) from milestone
        where xid >= ${mark.below}::xid8 and xid < ${mark.next}::xid8 and version_id is not null and node_id is not null group by 1, 2, 3
      ), added as (
        insert into funnel (version_id, node_id, kind, port, n) select * from fresh
        on conflict (version_id, node_id, kind, port) do update set n = funnel.n + excluded.n
      )
      select coalesce(sum(n), 0)::int as n from fresh`.execute(trx);
    await sql`update funnel_mark set below = ${mark.next}::xid8`.execute(trx);
    return added.rows[0]?.n ?? 0;
  });
}
