/** Putting a thousand candidates into a flow that waits, until each has its clock; against bare workflow starts. */
import { Client, Connection } from '@temporalio/client';
import { sql } from 'kysely';
import type { Db } from '../../db/connect.ts';
import { newId } from '../../db/id.ts';
import { notifyWork } from '../../db/notify.ts';
import { requestEnrolments } from '../../db/queries/flow-runs.ts';
import { taskQueue } from '../../workflows/client.ts';
import { inParallel } from '../../workflows/pumps/pump.ts';
import { width } from '../../workflows/pumps/waker.ts';
import { publish } from '../harness/house.ts';
import { inARow, wait } from '../harness/in-a-row.ts';
import { type Spent, spentEach, spentSoFar, startGround } from './ground.ts';
import { atLeast, type Bench, noted, type Row } from './report.ts';
import { inTurns, median, timed, until } from './rounds.ts';
import { startWorkerProcess } from './worker-process.ts';

const people = 1000;
const rounds = 3;
const day = 86_400_000;

async function addPeople(db: Db): Promise<string[]> {
  const ids = Array.from({ length: people }, () => newId());
  await sql`
    insert into candidate (id, first_name, last_name, full_name, name_key, search_key, created_at, updated_at, last_activity_at)
    select id, 'Ada', 'Costa', 'Ada Costa', 'ada costa', 'ada costa', now(), now(), now()
    from unnest(${ids}::uuid[]) as id`.execute(db);
  return ids;
}

/** Everyone asked for has an open run whose start Temporal has acknowledged. */
async function allTimed(db: Db, entered: number): Promise<boolean> {
  const { rows } = await sql<{ waiting: number; left: number }>`
    select (select count(*)::int from enrolment where wake_at is not null) as waiting,
      (select count(*)::int from mark) as left`.execute(db);
  return rows[0]?.waiting === entered && rows[0]?.left === 0;
}

const middle = (spent: readonly Spent[], part: keyof Spent): number => median(spent.map((one) => one[part]));

async function comparing(): Promise<Row[]> {
  const ground = await startGround();
  try {
    const { db, url } = await ground.database('bulk');
    const { flowId } = await publish(db, inARow('A day', [wait('P1D')]), { now: Date.now() });
    const worker = await startWorkerProcess(ground, url);
    const spent: Record<'theirs' | 'ours', Spent[]> = { theirs: [], ours: [] };
    const measured = async (who: 'theirs' | 'ours', work: () => Promise<unknown>) => {
      const before = spentSoFar(ground, worker.pid);
      const ms = await timed(work);
      spent[who].push(spentEach(before, spentSoFar(ground, worker.pid), people));
      return (people / ms) * 1000;
    };
    const connection = await Connection.connect({ address: ground.temporal.address });
    const client = new Client({ connection });
    const compared = await inTurns(
      rounds,
      () => {
        const ids = Array.from({ length: people }, () => newId());
        return measured('theirs', () =>
          inParallel(ids, width, async (workflowId) => {
            await client.workflow.start('enrolment', {
              workflowId,
              taskQueue,
              args: [workflowId],
              startDelay: day,
            });
          }),
        );
      },
      async (round) => {
        const candidateIds = await addPeople(db);
        return measured('ours', async () => {
          await requestEnrolments(db, { flowId, candidateIds, by: { kind: 'system' } }, Date.now());
          notifyWork(db, 'router');
          await until('everyone has her clock', () => allTimed(db, people * (round + 1)));
        });
      },
    );
    await connection.close();
    await worker.stop('SIGKILL');
    return [
      noted('bare client.workflow.start', compared.theirs, 'starts/s'),
      noted('asked for, enrolled, first stretch done, clock set', compared.ours, 'enrolments/s'),
      noted(
        'CPU of Temporal a start',
        middle(spent.ours, 'temporal'),
        'ms',
        `${middle(spent.theirs, 'temporal').toFixed(2)} bare`,
      ),
      noted('CPU of Postgres a start', middle(spent.ours, 'postgres'), 'ms', 'none bare'),
      noted('CPU of the worker a start', middle(spent.ours, 'worker'), 'ms', 'a client of its own bare'),
      atLeast('bulk enrolment', compared.ratio, 0.9, '×', 'bare client.workflow.start'),
    ];
  } finally {
    await ground.end();
  }
}

export const bulk: Bench = {
  name: 'bulk',
  about: `${people} candidates into a flow that waits a day, in turns with bare workflow starts, ${width} at once`,
  run: comparing,
};
