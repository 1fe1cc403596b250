/** The funnel is derived from the ledger, each row counted once. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { rollUp } from '../../../db/queries/rollup.ts';
import { addCandidate } from '../../harness/house.ts';
import { fresh, house, publishChain, record, standOnEmptyGround } from './stage.ts';

standOnEmptyGround();

test('the funnel’s roll-up counts every ledger row once, also while transactions are still open', async () => {
  const { flowId, versionId } = await publishChain([
    ['start', 'manual'],
    ['tag', 'add-tag', { tag: 'warm' }],
    ['end', 'end'],
  ]);
  const people: string[] = [];
  for (let n = 0; n < 12; n++) people.push(await addCandidate(fresh.db, { name: `Ana${n} Costa` }));
  const slow = fresh.db.transaction().execute(async (trx) => {
    await sql`select pg_current_xact_id()`.execute(trx);
    await Promise.all(
      people.slice(0, 6).map((one) => record(one, { type: 'enrolment.requested', data: { flowId } })),
    );
    await house.settle();
    await rollUp(fresh.db);
  });
  await slow;
  await Promise.all([
    ...people.slice(6).map((one) => record(one, { type: 'enrolment.requested', data: { flowId } })),
  ]);
  await Promise.all([house.settle(), rollUp(fresh.db), rollUp(fresh.db)]);
  await rollUp(fresh.db);
  // Transactions of other databases on this server hold the mark back, too: what it has not passed is the tail.
  const rows = await sql<{ node: string; n: number }>`
    select node_id as node, sum(n)::int as n from (
      select node_id, n from funnel where version_id = ${versionId} and kind = 'passed'
      union all
      select node_id, 1 from step where version_id = ${versionId} and outcome = 'passed' and xid >= (select below from funnel_mark)
    ) as counted group by 1 order by 1`.execute(fresh.db);
  expect(rows.rows.map((row) => [row.node, row.n])).toEqual([
    ['end', 12],
    ['start', 12],
    ['tag', 12],
  ]);
});
