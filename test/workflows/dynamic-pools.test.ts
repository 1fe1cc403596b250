/** Who is in a pool with a condition is right without polling: whatever happens to her, whatever the clock says. */
import fc from 'fast-check';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { conditionSql } from '../../db/conditions/sql.ts';
import { newId } from '../../db/id.ts';
import { changeApplication, createApplication } from '../../db/queries/applications.ts';
import { keepAllKeys } from '../../db/queries/candidate-keys.ts';
import { changeCandidate, changeTags } from '../../db/queries/candidates.ts';
import { changeJob, createJob } from '../../db/queries/hiring.ts';
import { lockCandidates } from '../../db/queries/lock.ts';
import { mergeCandidates } from '../../db/queries/merge.ts';
import { addMembers, changePool, createPool, PoolIsDynamic, readPool } from '../../db/queries/pools.ts';
import type { Condition } from '../../engine/conditions/condition.ts';
import { maxDepth } from '../../engine/events.ts';
import { addDuration } from '../../engine/time/calendar.ts';
import { addCandidate, addPipeline, addPool, day, hour, houseOn, minute } from '../harness/house.ts';
import { clock, fresh, house, publishChain, record, standOnEmptyGround } from './rules/stage.ts';

standOnEmptyGround();

const marta = { kind: 'person', id: 'marta' } as const;
const tagged = (tag: string): Condition => ({ field: 'candidate.tags', op: 'contains', value: tag });
const inPool = (id: string): Condition => ({ field: 'candidate.pools', op: 'contains', value: id });
const not = (condition: Condition): Condition => ({ not: condition });

async function dynamic(name: string, condition: Condition): Promise<string> {
  const id = await createPool(fresh.db, { name, description: '', condition }, clock.now());
  if (!id) throw new Error('The name is in use.');
  return id;
}
const members = async (poolId: string) => {
  const found = await sql<{ name: string }>`
    select full_name as name from pool_member join candidate on candidate.id = candidate_id where pool_id = ${poolId} order by 1`.execute(
    fresh.db,
  );
  return found.rows.map((row) => row.name);
};
const told = async (candidateId: string) =>
  (
    await fresh.db
      .selectFrom('event')
      .select(['type', 'by_kind', 'data'])
      .where('candidate_id', '=', candidateId)
      .where('type', 'like', 'pool.%')
      .orderBy('seq')
      .execute()
  ).map((event) => `${event.type} ${String(event.data.name)} ${event.by_kind}`);
const tag = (id: string, ...add: string[]) =>
  changeTags(fresh.db, id, { add, remove: [] }, marta, clock.now());
const untag = (id: string, ...remove: string[]) =>
  changeTags(fresh.db, id, { add: [], remove }, marta, clock.now());
const round = async (pump: string, of = house) => of.pumps.find((each) => each.name === pump)?.round() ?? 0;
const due = async () =>
  (
    await fresh.db.selectFrom('due').select(['at', 'candidate_id']).where('kind', '=', 'pool-check').execute()
  ).map((row) => ({ at: row.at.getTime(), of: row.candidate_id }));
const wentBy = async (ms: number) => {
  clock.set(clock.now() + ms);
  await house.settle();
};

test('a new pool is filled with everyone for whom its condition holds, and each is told so once', async () => {
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa', tags: ['rust'] });
  await addCandidate(fresh.db, { name: 'Bo Berg' });
  const pool = await dynamic('Rust', tagged('rust'));
  expect((await readPool(fresh.db, pool))?.filling).toBe(true);
  await house.settle();
  expect(await members(pool)).toEqual(['Ana Costa']);
  expect(await readPool(fresh.db, pool)).toMatchObject({ filling: false, members: 1 });
  expect(await told(ana)).toEqual(['pool.joined Rust system']);
});

test('whoever changes joins and leaves, and nothing is queued while no pool has a condition', async () => {
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  await addPool(fresh.db, 'By hand');
  await tag(ana, 'go');
  expect(await fresh.db.selectFrom('pool_check').selectAll().execute()).toEqual([]);
  const pool = await dynamic('Rust', tagged('Rust'));
  await house.settle();
  await tag(ana, 'rust');
  await house.settle();
  expect(await members(pool)).toEqual(['Ana Costa']);
  await untag(ana, 'rust');
  await house.settle();
  expect(await members(pool)).toEqual([]);
  expect(await told(ana)).toEqual(['pool.joined Rust system', 'pool.left Rust system']);
});

test('kinds of event that no condition reads queue nobody, and those that one asks the past of do', async () => {
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  await dynamic('Repliers', { field: 'history.message.replied.count', op: 'at-least', value: 1 });
  await house.settle();
  await record(ana, { type: 'message.opened' });
  expect(await fresh.db.selectFrom('pool_check').selectAll().execute()).toEqual([]);
  await record(ana, { type: 'message.replied' });
  expect(await fresh.db.selectFrom('pool_check').select('candidate_id').execute()).toEqual([
    { candidate_id: ana },
  ]);
});

test('someone who changes while the pool is being filled is judged as she is then, wherever the filling has come to', async () => {
  const ids: string[] = [];
  for (let n = 0; n < 450; n++)
    ids.push(await addCandidate(fresh.db, { name: `Ana ${String(n).padStart(3, '0')}`, tags: ['rust'] }));
  const [first, last] = [ids[0] ?? '', ids.at(-1) ?? ''];
  const late = await addCandidate(fresh.db, { name: 'Zoe' });
  const pool = await dynamic('Rust', tagged('rust'));
  expect((await readPool(fresh.db, pool))?.progress).toEqual({ looked: 0, of: null });
  expect(await round('pools')).toBe(1);
  expect(await members(pool)).toHaveLength(200);
  expect((await readPool(fresh.db, pool))?.progress, 'how far it has come').toEqual({ looked: 200, of: 450 });
  await untag(first, 'rust');
  await untag(last, 'rust');
  await tag(late, 'rust');
  await house.settle();
  const there = await members(pool);
  expect(there).toHaveLength(449);
  expect(there).toContain('Zoe');
  expect(there).not.toContain('Ana 000');
  expect(there).not.toContain('Ana 449');
  expect(await told(last), 'was never in it').toEqual([]);
});

test('a batch that dies in the middle has done nothing, and the next goes on where the last one ended', async () => {
  for (let n = 0; n < 210; n++) await addCandidate(fresh.db, { name: `Ana ${n}`, tags: ['rust'] });
  const pool = await dynamic('Rust', tagged('rust'));
  await round('pools');
  await sql`create function die() returns trigger language plpgsql as $$ begin raise exception 'gone' using errcode = '57P01'; end $$`.execute(
    fresh.db,
  );
  await sql`create trigger die before update on pool_fill for each row execute function die()`.execute(
    fresh.db,
  );
  await expect(round('pools')).rejects.toThrow('gone');
  expect(await members(pool)).toHaveLength(200);
  await sql`drop trigger die on pool_fill`.execute(fresh.db);
  await sql`drop function die`.execute(fresh.db);
  await house.settle();
  expect(await members(pool)).toHaveLength(210);
  const joined = await sql<{
    n: number;
  }>`select count(*)::int as n from event where type = 'pool.joined'`.execute(fresh.db);
  expect(joined.rows).toEqual([{ n: 210 }]);
});

test('two workers share the work: everyone joins once', async () => {
  const pool = await dynamic('Rust', tagged('rust'));
  await house.settle();
  const other = houseOn(fresh.db, clock);
  const ids: string[] = [];
  for (let n = 0; n < 260; n++) ids.push(await addCandidate(fresh.db, { name: `Ana ${n}` }));
  await Promise.all(ids.map((id) => tag(id, 'rust')));
  const second = await dynamic('Rust, too', tagged('rust'));
  await Promise.all([house, other].map((each) => each.settle()));
  for (const id of [pool, second]) expect(await members(id)).toHaveLength(260);
  const joined = await sql<{ n: number; most: number }>`
    select sum(n)::int as n, max(n)::int as most from (select count(*) as n from event where type = 'pool.joined' group by candidate_id, data->>'poolId') as each`.execute(
    fresh.db,
  );
  expect(joined.rows).toEqual([{ n: 520, most: 1 }]);
});

test('a condition that is changed while the pool is filled decides for everyone, whoever had come in by the old one', async () => {
  for (let n = 0; n < 250; n++)
    await addCandidate(fresh.db, { name: `Ana ${n}`, tags: n % 2 ? ['rust', 'go'] : ['rust'] });
  const pool = await dynamic('Rust', tagged('rust'));
  await round('pools');
  expect(await members(pool)).toHaveLength(200);
  await changePool(fresh.db, pool, { condition: tagged('go') }, clock.now());
  await house.settle();
  expect(await members(pool)).toHaveLength(125);
  expect((await fresh.db.selectFrom('pool').select('revision').where('id', '=', pool).execute())[0]).toEqual({
    revision: 2,
  });
});

test('a condition is not changed while someone is being judged by the old one, and then she is judged by the new one', async () => {
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  const pool = await dynamic('Rust', tagged('rust'));
  await house.settle();
  await tag(ana, 'rust');
  let changed: Promise<unknown> = Promise.resolve();
  let judged: Promise<unknown> = Promise.resolve();
  // The pump has its claim in hand and waits for her.
  await fresh.db.transaction().execute(async (trx) => {
    await lockCandidates(trx, [ana]);
    judged = round('pools');
    const waits = sql<{ n: number }>`
      select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
    while ((await waits.execute(fresh.db)).rows[0]?.n === 0);
    changed = changePool(fresh.db, pool, { condition: tagged('go') }, clock.now());
  });
  await Promise.all([judged, changed]);
  await house.settle();
  expect(await members(pool)).toEqual([]);
});

test('what is written while a pool is being created is looked for a little later', async () => {
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  await keepAllKeys(fresh.db);
  let pool = '';
  await fresh.db.transaction().execute(async (trx) => {
    await lockCandidates(trx, [ana]);
    await sql`update candidate set tags = '{rust}' where id = ${ana}`.execute(trx);
    // Its transaction has looked for pools with a condition before there was one.
    await sql`insert into event (id, candidate_id, seq, type, at, recorded_at) values (${newId()}, ${ana}, 1, 'candidate.tagged', ${new Date(clock.now())}, ${new Date(clock.now())})`.execute(
      trx,
    );
    pool = await dynamic('Rust', tagged('rust'));
    while ((await round('pools')) > 0);
  });
  await sql`update candidate set event_seq = 1`.execute(fresh.db);
  expect(await members(pool)).toEqual([]);
  await wentBy(minute);
  expect(await members(pool)).toEqual(['Ana Costa']);
});

test('time alone lets someone in and out, at the instant on her clock, by one due row each', async () => {
  // In Lisbon, where clocks go forward on 28 March 2027, and in Tokyo, where they never do.
  const start = Date.UTC(2027, 2, 27, 0, 0);
  clock.set(start);
  const joana = await addCandidate(fresh.db, { name: 'Joana', timeZone: 'Europe/Lisbon' }, start);
  const yuki = await addCandidate(fresh.db, { name: 'Yuki', timeZone: 'Asia/Tokyo' }, start);
  const pool = await dynamic('New here', { field: 'candidate.createdAt', op: 'within-last', value: 'P2D' });
  const old = await dynamic('Known', { field: 'candidate.createdAt', op: 'not-within-last', value: 'P2D' });
  await house.settle();
  expect(await members(pool)).toEqual(['Joana', 'Yuki']);
  expect(await members(old)).toEqual([]);
  const rows = await due();
  expect(rows).toHaveLength(2);
  expect(rows).toContainEqual({ of: joana, at: start + 2 * day - hour });
  expect(rows).toContainEqual({ of: yuki, at: start + 2 * day });
  await wentBy(2 * day - hour - 1);
  expect(await members(pool)).toEqual(['Joana', 'Yuki']);
  await wentBy(1);
  expect(await members(pool), 'midnight has struck for her, not yet there').toEqual(['Yuki']);
  expect(await members(old)).toEqual(['Joana']);
  await wentBy(hour);
  expect(await members(pool)).toEqual([]);
  expect(await members(old)).toEqual(['Joana', 'Yuki']);
  expect(await due(), 'and nothing is left to come').toEqual([]);
});

test('a due row that something overtakes is replaced: she answers again, and stays for as long again', async () => {
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  const pool = await dynamic('Warm', {
    field: 'history.message.replied.last',
    op: 'within-last',
    value: 'P30D',
  });
  await record(ana, { type: 'message.replied' });
  await house.settle();
  await wentBy(20 * day);
  await record(ana, { type: 'message.replied' });
  await house.settle();
  expect(await due()).toEqual([{ of: ana, at: clock.now() + 30 * day }]);
  await wentBy(29 * day);
  expect(await members(pool)).toEqual(['Ana Costa']);
  await wentBy(day);
  expect(await members(pool)).toEqual([]);
});

test('the whole of a condition on an application holds for one of hers, or without one if she has none', async () => {
  const { stages } = await addPipeline(fresh.db);
  const both: Condition = {
    all: [
      { field: 'application.stage', op: 'is', value: 'Offer' },
      { field: 'application.status', op: 'is', value: 'active' },
    ],
  };
  const pool = await dynamic('At the offer', both);
  const none = await dynamic('Without', { field: 'application.stage', op: 'empty' });
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  await record(ana, { type: 'candidate.created' });
  await house.settle();
  expect(await members(none)).toEqual(['Ana Costa']);
  const apply = (stage: string) =>
    createApplication(
      fresh.db,
      { candidateId: ana, jobId: null, pipelineId: null, stageId: stages[stage] ?? null, source: null },
      marta,
      clock.now(),
    );
  const offer = await apply('Offer');
  await apply('Applied');
  await house.settle();
  expect(await members(none)).toEqual([]);
  expect(await members(pool)).toEqual(['Ana Costa']);
  if (!('id' in offer)) throw new Error('No application.');
  const close = (status: 'active' | 'rejected') =>
    changeApplication(fresh.db, offer.id, { status }, marta, clock.now());
  await close('rejected');
  await house.settle();
  expect(await members(pool), 'the other one is active, this one is at the offer').toEqual([]);
  await close('active');
  await house.settle();
  expect(await members(pool), 'opened again, which no event tells').toEqual(['Ana Costa']);
});

test('a job that is renamed is asked about anew', async () => {
  await addPipeline(fresh.db);
  const job = await createJob(
    fresh.db,
    { title: 'Baker', department: null, location: null, pipelineId: null },
    clock.now(),
  );
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  await createApplication(
    fresh.db,
    { candidateId: ana, jobId: job, pipelineId: null, stageId: null, source: null },
    marta,
    clock.now(),
  );
  const pool = await dynamic('Bakers', { field: 'job.title', op: 'is', value: 'baker' });
  await house.settle();
  expect(await members(pool)).toEqual(['Ana Costa']);
  await changeJob(fresh.db, job ?? '', { title: 'Confectioner' }, clock.now());
  await house.settle();
  expect(await members(pool)).toEqual([]);
});

test('of two who become one, the one who stays is judged as she is now, and the other is in no pool', async () => {
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa', tags: ['rust'] });
  const twin = await addCandidate(fresh.db, { name: 'Ana C', tags: ['go'] });
  const either = await dynamic('Go', tagged('go'));
  const only = await dynamic('Go, not Rust', { all: [tagged('go'), not(tagged('rust'))] });
  await house.settle();
  expect(await members(only)).toEqual(['Ana C']);
  await tag(twin, 'zig');
  await fresh.db
    .transaction()
    .execute((trx) => mergeCandidates(trx, { keep: ana, lose: twin, by: marta }, clock.now()));
  await house.settle();
  expect(await members(either)).toEqual(['Ana Costa']);
  expect(await members(only)).toEqual([]);
  expect(await fresh.db.selectFrom('pool_check').selectAll().execute()).toEqual([]);
});

test('someone who unsubscribes or is not to be contacted leaves at once', async () => {
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  const pool = await dynamic('Reachable', {
    all: [
      { field: 'candidate.status', op: 'is', value: 'active' },
      { field: 'history.message.unsubscribed.count', op: 'is', value: 0 },
    ],
  });
  const bo = await addCandidate(fresh.db, { name: 'Bo Berg' });
  await house.settle();
  expect(await members(pool)).toEqual(['Ana Costa', 'Bo Berg']);
  await record(ana, { type: 'message.unsubscribed' });
  await changeCandidate(fresh.db, bo, { status: 'do-not-contact' }, marta, clock.now());
  await house.settle();
  expect(await members(pool)).toEqual([]);
});

test('a flow that begins by joining such a pool starts once', async () => {
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  const pool = await dynamic('Rust', tagged('rust'));
  await house.settle();
  await publishChain([
    ['start', 'joined-pool', { poolId: pool }],
    ['tag', 'add-tag', { tag: 'welcomed' }],
    ['wait', 'wait', { for: 'P3D' }],
    ['end', 'end'],
  ]);
  await tag(ana, 'rust');
  await house.settle();
  await tag(ana, 'go');
  await house.settle();
  expect(await fresh.db.selectFrom('enrolment').select('candidate_id').execute()).toEqual([
    { candidate_id: ana },
  ]);
});

test('a flow and a pool that drive each other come to an end', async () => {
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  const pool = await dynamic('Untouched', not(tagged('x')));
  const settings = { reentry: 'always' } as const;
  await publishChain(
    [
      ['start', 'joined-pool', { poolId: pool }],
      ['tag', 'add-tag', { tag: 'x' }],
      ['end', 'end'],
    ],
    settings,
  );
  await publishChain(
    [
      ['start', 'left-pool', { poolId: pool }],
      ['tag', 'remove-tag', { tag: 'x' }],
      ['end', 'end'],
    ],
    settings,
  );
  await house.settle();
  const runs = await fresh.db.selectFrom('enrolment').select('id').where('candidate_id', '=', ana).execute();
  expect(runs.length).toBeGreaterThan(2);
  expect(runs.length).toBeLessThanOrEqual(maxDepth);
});

test('pools that ask about pools follow one another, however they are ordered', async () => {
  const base = await addPool(fresh.db, 'By hand');
  const last = await dynamic('Last', tagged('never'));
  const middle = await dynamic('Middle', inPool(base));
  await changePool(fresh.db, last, { condition: inPool(middle) }, clock.now());
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  await house.settle();
  await addMembers(fresh.db, base, [ana], marta, clock.now());
  await house.settle();
  expect([await members(middle), await members(last)]).toEqual([['Ana Costa'], ['Ana Costa']]);
});

test('two pools that exclude each other come to rest with her in one of them', async () => {
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  const one = await dynamic('One', tagged('rust'));
  const other = await dynamic('Other', { all: [tagged('rust'), not(inPool(one))] });
  await changePool(fresh.db, one, { condition: { all: [tagged('rust'), not(inPool(other))] } }, clock.now());
  await house.settle();
  await tag(ana, 'rust');
  await house.settle();
  expect([...(await members(one)), ...(await members(other))]).toEqual(['Ana Costa']);
  expect(await told(ana)).toHaveLength(1);
});

test('two pools of which neither can be right leave her where she is', async () => {
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  const one = await dynamic('One', tagged('never'));
  const other = await dynamic('Other', not(inPool(one)));
  await changePool(fresh.db, one, { condition: inPool(other) }, clock.now());
  const rust = await dynamic('Rust', tagged('rust'));
  await tag(ana, 'rust');
  await house.settle();
  expect(await members(rust)).toEqual(['Ana Costa']);
  const told = await sql<{
    n: number;
  }>`select count(*)::int as n from event where data->>'name' in ('One', 'Other')`.execute(fresh.db);
  expect(told.rows).toEqual([{ n: 0 }]);
});

test('a person and a flow cannot put anyone into such a pool; the flow says why it stands still', async () => {
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  const pool = await dynamic('Rust', tagged('rust'));
  await house.settle();
  await expect(addMembers(fresh.db, pool, [ana], marta, clock.now())).rejects.toThrow(PoolIsDynamic);
  const { flowId } = await publishChain([
    ['start', 'manual'],
    ['in', 'add-to-pool', { poolId: pool }],
    ['end', 'end'],
  ]);
  await record(ana, { type: 'enrolment.requested', data: { flowId } });
  await house.settle();
  expect(
    await fresh.db.selectFrom('enrolment').select(['status', 'state']).executeTakeFirstOrThrow(),
  ).toMatchObject({ status: 'blocked', state: { problem: { code: 'pool-by-condition' } } });
  expect(await members(pool)).toEqual([]);
});

test('by hand from now on: who is in it stays, and nobody else follows', async () => {
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa', tags: ['rust'] });
  const bo = await addCandidate(fresh.db, { name: 'Bo Berg' });
  const pool = await dynamic('Rust', tagged('rust'));
  await house.settle();
  await changePool(fresh.db, pool, { condition: null }, clock.now());
  await tag(bo, 'rust');
  await untag(ana, 'rust');
  await house.settle();
  expect(await members(pool)).toEqual(['Ana Costa']);
});

test('a pool that is archived or deleted while it is filled keeps nobody busy', async () => {
  for (let n = 0; n < 201; n++) await addCandidate(fresh.db, { name: `Ana ${n}`, tags: ['rust'] });
  const archived = await dynamic('Rust', tagged('rust'));
  const deleted = await dynamic('Rust, too', tagged('rust'));
  await round('pools');
  await sql`update pool set archived_at = ${new Date(clock.now())} where id = ${archived}`.execute(fresh.db);
  await sql`delete from pool where id = ${deleted}`.execute(fresh.db);
  await house.settle();
  expect(await fresh.db.selectFrom('pool_fill').selectAll().execute()).toEqual([]);
  expect((await members(archived)).length).toBeLessThan(201);
});

test('a pool in the archive keeps who is in it, and looks at everyone anew once it is out again', async () => {
  const stays = await addCandidate(fresh.db, { name: 'Ana', tags: ['rust'] });
  const leaves = await addCandidate(fresh.db, { name: 'Bea', tags: ['rust'] });
  const comes = await addCandidate(fresh.db, { name: 'Cleo' });
  const pool = await dynamic('Rust', tagged('rust'));
  await house.settle();
  const put = (archived: boolean) => changePool(fresh.db, pool, { archived }, clock.now());
  expect(await put(true)).toBe('done');
  expect(await put(true), 'twice').toBe('done');
  expect(await changePool(fresh.db, pool, { name: 'Rust, too' }, clock.now())).toBe('archived');
  await untag(leaves, 'rust');
  await tag(comes, 'rust');
  await house.settle();
  expect(await members(pool)).toEqual(['Ana', 'Bea']);
  expect(await readPool(fresh.db, pool)).toMatchObject({ filling: false, archivedAt: expect.any(Date) });
  await put(false);
  await house.settle();
  expect(await members(pool)).toEqual(['Ana', 'Cleo']);
  expect(await told(stays), 'nothing happened to her').toEqual(['pool.joined Rust system']);
});

const change = fc.record({
  who: fc.nat(4),
  what: fc.constantFrom(
    'tag',
    'untag',
    'country',
    'reply',
    'apply',
    'reject',
    'reopen',
    'hand',
    'merge',
    'wait',
  ),
  which: fc.nat(2),
  settles: fc.boolean(),
});

test('whatever happens in whatever order, who is in the pools is who the question in SQL finds', async () => {
  const tags = ['rust', 'go', 'zig'];
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 5, maxLength: 25 }), async (changes) => {
      await sql`truncate candidate, pool, due, pipeline cascade`.execute(fresh.db);
      await addPipeline(fresh.db, clock.now());
      const people: string[] = [];
      for (const name of ['Ana', 'Bo', 'Cy', 'Di', 'Eva'])
        people.push(
          await addCandidate(
            fresh.db,
            { name, timeZone: name === 'Bo' ? 'America/New_York' : undefined },
            clock.now(),
          ),
        );
      const hand = await addPool(fresh.db, 'By hand', clock.now());
      const conditions: Condition[] = [
        { any: [tagged('rust'), { all: [tagged('go'), not(tagged('zig'))] }] },
        { field: 'history.message.replied.last', op: 'within-last', value: 'P2D' },
        { field: 'history.message.replied.last', op: 'not-within-last', value: 'P3D' },
        {
          all: [
            { field: 'application.status', op: 'is', value: 'active' },
            { field: 'application.appliedAt', op: 'within-last', value: 'P5D' },
          ],
        },
        { field: 'candidate.country', op: 'any-of', value: ['PT', 'DE'] },
        { all: [inPool(hand), not(tagged('go'))] },
      ];
      const pools: { id: string; condition: Condition }[] = [];
      for (const [nth, condition] of conditions.entries())
        pools.push({ id: await dynamic(`Pool ${nth}`, condition), condition });
      const reader: Condition = { not: inPool(pools[0]?.id ?? '') };
      pools.push({ id: await dynamic('The others', reader), condition: reader });

      for (const { who, what, which, settles } of changes) {
        const id = people[who % people.length] ?? '';
        const now = clock.now();
        const application = async () =>
          fresh.db.selectFrom('application').select('id').where('candidate_id', '=', id).executeTakeFirst();
        const close = async (status: 'active' | 'rejected') => {
          const found = await application();
          if (found) await changeApplication(fresh.db, found.id, { status }, marta, now);
        };
        const does: Record<typeof what, () => Promise<unknown>> = {
          tag: () => tag(id, tags[which] ?? ''),
          untag: () => untag(id, tags[which] ?? ''),
          country: () =>
            changeCandidate(fresh.db, id, { country: ['PT', 'FR', null][which] ?? null }, marta, now),
          reply: () => record(id, { type: 'message.replied' }),
          apply: () =>
            createApplication(
              fresh.db,
              { candidateId: id, jobId: null, pipelineId: null, stageId: null, source: null },
              marta,
              now,
            ),
          reject: () => close('rejected'),
          reopen: () => close('active'),
          hand: () => addMembers(fresh.db, hand, [id], marta, now),
          merge: async () => {
            const [lose] = people.length > 2 ? people.splice((who + 1) % people.length, 1) : [];
            if (lose && lose !== id)
              await fresh.db
                .transaction()
                .execute((trx) => mergeCandidates(trx, { keep: id, lose, by: marta }, now));
            else if (lose) people.push(lose);
          },
          wait: async () => clock.set(now + (which + 1) * 0.7 * day),
        };
        await does[what]();
        if (settles) await house.settle();
      }
      await house.settle();
      for (const ms of [0, day, 3 * day]) {
        clock.set(clock.now() + ms);
        await house.settle();
        await keepAllKeys(fresh.db);
        for (const { id, condition } of pools) {
          const holds = await conditionSql(fresh.db, condition, clock.now());
          const found = await sql<{ name: string }>`
            select c.full_name as name from candidate c where c.merged_into is null and ${holds} order by 1`.execute(
            fresh.db,
          );
          expect(await members(id), JSON.stringify(condition)).toEqual(found.rows.map((row) => row.name));
        }
      }
    }),
    { numRuns: 10 },
  );
}, 180_000);

test('whoever clicked twice within a period joins with the second click, and leaves when the first of them is that old', async () => {
  const ana = await addCandidate(fresh.db, { name: 'Ana Costa' });
  const keen = await dynamic('Keen', {
    field: 'history.message.clicked.count',
    op: 'at-least',
    value: 2,
    within: 'P90D',
  });
  await house.settle();
  await record(ana, { type: 'message.clicked' });
  const first = clock.now();
  await wentBy(10 * day);
  expect(await members(keen)).toEqual([]);
  await record(ana, { type: 'message.clicked' });
  await house.settle();
  expect(await members(keen)).toEqual(['Ana Costa']);
  const [look] = await due();
  expect(look).toEqual({ of: ana, at: addDuration(first, 'P90D', 'UTC') });
  await wentBy((look?.at ?? 0) - clock.now() - 1);
  expect(await members(keen)).toEqual(['Ana Costa']);
  await wentBy(1);
  expect(await members(keen)).toEqual([]);
  expect(await due()).toEqual([]);
});
