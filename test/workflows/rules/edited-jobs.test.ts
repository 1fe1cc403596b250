/** A job that is renamed writes no event of anyone: whoever waits for its title, or leaves by it, is asked all the same. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { createApplication } from '../../../db/queries/applications.ts';
import { keepAllKeys } from '../../../db/queries/candidate-keys.ts';
import { changeJob, createJob } from '../../../db/queries/hiring.ts';
import { createPool } from '../../../db/queries/pools.ts';
import type { Condition } from '../../../engine/conditions/condition.ts';
import { addCandidate, addPipeline, houseOn, minute } from '../../harness/house.ts';
import { advance, clock, fresh, house, publishChain, record, standOnEmptyGround, ways } from './stage.ts';

standOnEmptyGround();

const marta = { kind: 'person', id: 'marta' } as const;
const titled = (value: string): Condition => ({ field: 'job.title', op: 'is', value });

async function job(title: string): Promise<string> {
  const id = await createJob(
    fresh.db,
    { title, department: null, location: null, pipelineId: null },
    clock.now(),
  );
  if (!id) throw new Error('There is no pipeline.');
  return id;
}
async function applicant(name: string, jobId: string) {
  const candidateId = await addCandidate(fresh.db, { name });
  const made = await createApplication(
    fresh.db,
    { candidateId, jobId, pipelineId: null, stageId: null, source: null },
    marta,
    clock.now(),
  );
  if (typeof made !== 'object' || !('id' in made)) throw new Error('No application was made.');
  return { candidateId, applicationId: made.id };
}
const waiting = (when: Condition) =>
  publishChain(
    [
      ['start', 'manual'],
      ['until', 'wait-until-true', { when, timeout: 'P30D' }],
      ['renamed', 'add-tag', { tag: 'renamed' }],
      ['end', 'end'],
    ],
    { exitOn: [] },
    [
      ['until', 'next', 'renamed'],
      ['until', 'timeout', 'end'],
    ],
  );
const leaving = (exitWhen: Condition) =>
  publishChain(
    [
      ['start', 'manual'],
      ['pause', 'wait', { for: 'P30D' }],
      ['end', 'end'],
    ],
    { exitOn: [], exitWhen },
  );
async function enrol(flowId: string, of: { candidateId: string; applicationId: string }): Promise<string> {
  const { candidateId, applicationId } = of;
  await record(candidateId, { type: 'enrolment.requested', applicationId, data: { flowId } });
  await house.settle();
  const run = await fresh.db
    .selectFrom('enrolment')
    .select('id')
    .where('candidate_id', '=', candidateId)
    .where('flow_id', '=', flowId)
    .executeTakeFirstOrThrow();
  await advance(run.id);
  return run.id;
}
const forget = () => sql`delete from mark`.execute(fresh.db);
const marked = async () => {
  const found = await sql<{ id: string }>`select distinct enrolment_id as id from mark`.execute(fresh.db);
  return found.rows.map((row) => row.id).sort();
};

test('whoever waits for her job to bear a title goes on once it is renamed, and nobody else is looked at', async () => {
  await addPipeline(fresh.db);
  const [bakery, forge] = [await job('Baker'), await job('Smith')];
  const [ana, bo] = [await applicant('Ana Costa', bakery), await applicant('Bo Berg', forge)];
  const { flowId } = await waiting(titled('Confectioner'));
  const { flowId: other } = await waiting({ field: 'candidate.tags', op: 'contains', value: 'job.title' });
  const run = await enrol(flowId, ana);
  await enrol(flowId, bo);
  await enrol(other, ana);
  await forget();
  await changeJob(fresh.db, bakery, { title: 'Confectioner' }, clock.now());
  expect(await marked()).toEqual([run]);
  await advance(run);
  expect(await ways(run)).toEqual(['start', 'until', 'renamed', 'end']);
});

test('whoever leaves by the title of her job leaves once it is renamed, be she blocked or waiting for something else', async () => {
  await addPipeline(fresh.db);
  const bakery = await job('Baker');
  const { flowId } = await leaving(titled('Confectioner'));
  const run = await enrol(flowId, await applicant('Ana Costa', bakery));
  const blocked = await enrol(flowId, await applicant('Bo Berg', bakery));
  await sql`update enrolment set status = 'blocked', state = jsonb_set(state, '{status}', '"blocked"') where id = ${blocked}`.execute(
    fresh.db,
  );
  await forget();
  await changeJob(fresh.db, bakery, { title: 'Confectioner' }, clock.now());
  expect(await marked()).toEqual([run, blocked].sort());
  for (const id of [run, blocked]) await advance(id);
  const ends = await fresh.db.selectFrom('enrolment').select(['status', 'end_reason']).execute();
  expect(ends).toEqual([1, 2].map(() => ({ status: 'exited', end_reason: 'exit-when' })));
});

test('a title that stays as it was, and a job that is closed, ask nobody', async () => {
  await addPipeline(fresh.db);
  const bakery = await job('Baker');
  const { flowId } = await waiting(titled('Confectioner'));
  await enrol(flowId, await applicant('Ana Costa', bakery));
  const pool = await createPool(
    fresh.db,
    { name: 'Bakers', description: '', condition: titled('Baker') },
    clock.now(),
  );
  await house.settle();
  await forget();
  await changeJob(fresh.db, bakery, { title: 'Baker' }, clock.now());
  await changeJob(fresh.db, bakery, { status: 'closed' }, clock.now());
  expect(await marked()).toEqual([]);
  expect(await fresh.db.selectFrom('pool_fill').select('pool_id').execute(), pool ?? '').toEqual([]);
});

test('whoever is let in while her job is being renamed is looked at a little later', async () => {
  await addPipeline(fresh.db);
  const bakery = await job('Baker');
  const { flowId } = await waiting(titled('Confectioner'));
  const ana = await applicant('Ana Costa', bakery);
  let run = '';
  // The rename has marked everyone it saw, and is not over yet; she enters by the title that was.
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  await sql`create table gate (id int)`.execute(fresh.db);
  const holding = fresh.db.transaction().execute(async (trx) => {
    await sql`lock table gate in exclusive mode`.execute(trx);
    reached.resolve();
    await gate.promise;
  });
  await reached.promise;
  await sql`create function hold() returns trigger language plpgsql as $$ begin insert into gate values (1); return new; end $$`.execute(
    fresh.db,
  );
  await sql`create constraint trigger hold after update on job deferrable initially deferred for each row execute function hold()`.execute(
    fresh.db,
  );
  const renamed = changeJob(fresh.db, bakery, { title: 'Confectioner' }, clock.now());
  try {
    await someoneWaits();
    run = await enrol(flowId, ana);
  } finally {
    gate.resolve();
    await Promise.all([holding, renamed]);
    await sql`drop trigger hold on job`.execute(fresh.db);
    await sql`drop function hold`.execute(fresh.db);
    await sql`drop table gate`.execute(fresh.db);
  }
  expect(await ways(run)).toEqual(['start']);
  await forget();
  clock.set(clock.now() + minute);
  await house.settle();
  expect(await marked()).toEqual([run]);
  await advance(run);
  expect(await ways(run)).toEqual(['start', 'until', 'renamed', 'end']);
});

test('whoever is being judged by a title is judged again when it changes meanwhile, though the pool is filled in between', async () => {
  await addPipeline(fresh.db);
  const bakery = await job('Baker');
  const pool = await createPool(
    fresh.db,
    { name: 'Bakers', description: '', condition: titled('Baker') },
    clock.now(),
  );
  await house.settle();
  await applicant('Ana Costa', bakery);
  await keepAllKeys(fresh.db);
  const members = async () =>
    (await fresh.db.selectFrom('pool_member').select('candidate_id').where('pool_id', '=', pool).execute())
      .length;
  const round = (of: typeof house) => of.pumps.find((pump) => pump.name === 'pools')?.round() ?? 0;
  const other = houseOn(fresh.db, clock);
  let judged: Promise<unknown> = Promise.resolve();
  let renamed: Promise<unknown> = Promise.resolve();
  // The pump has read that she applied to be a baker, and cannot write it down yet.
  await fresh.db.transaction().execute(async (trx) => {
    await sql`lock table pool_member in share mode`.execute(trx);
    judged = Promise.resolve(round(house));
    await someoneWaits();
    let isRenamed = false;
    renamed = changeJob(fresh.db, bakery, { title: 'Confectioner' }, clock.now()).finally(() => {
      isRenamed = true;
    });
    await someoneWaits(2, () => isRenamed);
    while ((await round(other)) > 0);
  });
  await Promise.all([judged, renamed]);
  await house.settle();
  expect(await members()).toBe(0);
});

test('two who rename jobs at the same time, while the pool is filled, wait for each other and end', async () => {
  await addPipeline(fresh.db);
  const jobs = [await job('Baker'), await job('Smith'), await job('Cook')];
  for (const [index, id] of jobs.entries()) await applicant(`Ana ${index}`, id);
  const pools: string[] = [];
  for (const title of ['One', 'Two', 'Three'])
    pools.push(
      (await createPool(fresh.db, { name: title, description: '', condition: titled(title) }, clock.now())) ??
        '',
    );
  await house.settle();
  for (const title of ['One', 'Two', 'Three'])
    await Promise.all([
      ...jobs.map((id) => changeJob(fresh.db, id, { title }, clock.now())),
      changeJob(fresh.db, jobs[0] ?? '', { title }, clock.now()),
      house.settle(),
    ]);
  await house.settle();
  const found = await sql<{ pool: string; n: number }>`
    select pool_id as pool, count(*)::int as n from pool_member group by 1`.execute(fresh.db);
  expect(found.rows).toEqual([{ pool: pools[2], n: 3 }]);
});

/** Until so many wait for a lock, or nobody needs to any more. */
async function someoneWaits(most = 1, isOver = () => false): Promise<void> {
  const waits = sql<{ n: number }>`
    select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  while (((await waits.execute(fresh.db)).rows[0]?.n ?? 0) < most && !isOver());
}
