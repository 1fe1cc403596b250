/** One lock order: routers, merges, replies and advances at the same moment. */
import { sql } from 'kysely';
import { expect, test, vi } from 'vitest';
import { connect, type Db } from '../../../db/connect.ts';
import { lockCandidates } from '../../../db/queries/lock.ts';
import { mergeCandidates } from '../../../db/queries/merge.ts';
import { recordReply } from '../../../db/queries/messages.ts';
import { retryConflicts } from '../../../db/transactions.ts';
import { advancing } from '../../../workflows/context.ts';
import { addCandidate, day, hour, houseOn } from '../../harness/house.ts';
import {
  advance,
  clock,
  enter,
  fresh,
  publishAsking,
  publishChain,
  standOnEmptyGround,
  ways,
} from './stage.ts';

standOnEmptyGround();

/**
 * How many deadlocks Postgres broke up meanwhile, whoever ran the transaction again. A backend reports them at the
 * latest when it ends, and only then is it gone from the list of those at work.
 */
async function deadlocksDuring(work: (db: Db) => Promise<unknown>): Promise<number> {
  const counted = async () =>
    Number(
      (
        await sql<{
          n: string;
        }>`select deadlocks as n from pg_stat_database where datname = current_database()`.execute(fresh.db)
      ).rows[0]?.n,
    );
  const before = await counted();
  const db = connect(fresh.url, { max: 20, name: 'under watch' });
  try {
    await work(db);
  } finally {
    await db.destroy();
  }
  await vi.waitUntil(
    async () =>
      (
        await sql`select from pg_stat_activity where datname = current_database() and application_name = 'under watch'`.execute(
          fresh.db,
        )
      ).rows.length === 0,
    { timeout: 20_000 },
  );
  return (await counted()) - before;
}

test('a deadlock is counted though the transaction is run again', async () => {
  const pair = [
    await addCandidate(fresh.db, { name: 'Ana Costa' }),
    await addCandidate(fresh.db, { name: 'Ben Okafor' }),
  ];
  const seen = await deadlocksDuring(async (db) => {
    const bothHoldOne = Promise.withResolvers<void>();
    let holding = 0;
    const inOrder = (ids: string[]) =>
      retryConflicts(() =>
        db.transaction().execute(async (trx) => {
          await sql`set local deadlock_timeout = '20ms'`.execute(trx);
          for (const id of ids) {
            await lockCandidates(trx, [id]);
            if (++holding === 2) bothHoldOne.resolve();
            await bothHoldOne.promise;
          }
        }),
      );
    await Promise.all([inOrder(pair), inOrder([...pair].reverse())]);
  });
  // The one that begins again may meet the other once more.
  expect(seen).toBeGreaterThan(0);
});

test('whoever locks many people waits for another who names them in another order', async () => {
  const people: string[] = [];
  for (let n = 0; n < 12; n++) people.push(await addCandidate(fresh.db, { name: `Ana${n} Costa` }));
  const named = (nth: number) => {
    const turned = [...people.slice(nth % 12), ...people.slice(0, nth % 12)];
    return nth % 2 ? turned.reverse() : turned;
  };
  const locking = Array.from({ length: 60 }, (_, nth) =>
    fresh.db.transaction().execute((trx) => lockCandidates(trx, named(nth))),
  );
  const locked = await Promise.all(locking);
  expect(locked.map((group) => group.length)).toEqual(locking.map(() => people.length));
});

test('two routers, merges, replies and advances at the same moment do not deadlock, and everyone moves once', async () => {
  const { flowId } = await publishAsking({ reentry: 'always' });
  const people: string[] = [];
  for (let n = 0; n < 16; n++)
    people.push(await addCandidate(fresh.db, { name: `Ana${n} Costa`, email: `ana${n}@costa.example` }));
  for (const one of people) await enter(one, flowId);
  await sql`delete from mark`.execute(fresh.db);
  const messages = await fresh.db.selectFrom('message').select('id').execute();
  const runs = await fresh.db.selectFrom('enrolment').select('id').execute();
  const deadlocks = await deadlocksDuring(async (db) => {
    const [one, other] = [houseOn(db, clock), houseOn(db, clock)];
    const step = (id: string) => advancing(one.context, id, clock.now());
    const merge = (keep = '', lose = '') =>
      retryConflicts(() =>
        db
          .transaction()
          .execute((trx) => mergeCandidates(trx, { keep, lose, by: { kind: 'person' } }, clock.now())),
      );
    await Promise.all([
      ...messages.map((message) => recordReply(db, { messageId: message.id, text: 'Yes', now: clock.now() })),
      one.settle(),
      other.settle(),
      ...runs.map((run) => step(run.id)),
      ...[0, 2, 4, 6].map((n) => merge(people[n + 1], people[n])),
      ...[8, 10].map((n) => merge(people[n], people[n + 1])),
      ...runs.map((run) => step(run.id)),
    ]);
  });
  expect(deadlocks).toBe(0);
  for (const run of runs) await advance(run.id);
  const ended = await fresh.db
    .selectFrom('enrolment')
    .select('status')
    .where('status', '=', 'ended')
    .execute();
  expect(ended).toHaveLength(16);
  for (const run of runs)
    expect(await ways(run.id)).toEqual(['start', 'mail', 'reply → event', 'warm', 'end']);
  const seqs = await sql<{ dense: boolean }>`
    select count(*) filter (where seq > 0) = max(c.event_seq) as dense from event join candidate c on c.id = event.candidate_id
    where c.merged_into is null group by c.id`.execute(fresh.db);
  expect(seqs.rows).toEqual(Array.from({ length: 10 }, () => ({ dense: true })));
});

test('a merge keeps both people’s runs, history and addresses, and one run of a flow', async () => {
  const { flowId } = await publishAsking();
  const other = await publishChain([
    ['start', 'manual'],
    ['wait', 'wait', { for: 'P1D' }],
    ['end', 'end'],
  ]);
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa', email: 'ana@costa.example', tags: ['a'] });
  const same = await addCandidate(fresh.db, { name: 'Ana C.', email: 'ana@work.example', tags: ['b'] });
  await enter(ana, flowId);
  await enter(same, flowId);
  await enter(same, other.flowId);
  await fresh.db
    .transaction()
    .execute((trx) => mergeCandidates(trx, { keep: ana, lose: same, by: { kind: 'person' } }, clock.now()));
  const runs = await fresh.db
    .selectFrom('enrolment')
    .select(['flow_id', 'candidate_id', 'status', 'end_reason'])
    .orderBy('status')
    .execute();
  expect(runs.every((run) => run.candidate_id === ana)).toBe(true);
  expect(runs.map((run) => [run.status, run.end_reason])).toEqual([
    ['exited', 'merged'],
    ['open', null],
    ['open', null],
  ]);
  const addresses = await fresh.db
    .selectFrom('candidate_email')
    .select(['address', 'is_primary'])
    .where('candidate_id', '=', ana)
    .orderBy('address')
    .execute();
  expect(addresses).toEqual([
    { address: 'ana@costa.example', is_primary: true },
    { address: 'ana@work.example', is_primary: false },
  ]);
  clock.set(clock.now() + 1 * day + hour);
  for (const run of await fresh.db
    .selectFrom('enrolment')
    .select('id')
    .where('status', '=', 'open')
    .execute())
    await advance(run.id);
  expect(
    (
      await fresh.db
        .selectFrom('enrolment')
        .select('status')
        .where('flow_id', '=', other.flowId)
        .executeTakeFirstOrThrow()
    ).status,
  ).toBe('ended');
});
