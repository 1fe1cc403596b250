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
import { startGround } from './ground.ts';
import { atLeast, type Bench, noted, type Row } from './report.ts';
import { inTurns, timed, until } from './rounds.ts';
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

async function comparing(): Promise<Row[]> {
  const ground = await startGround();
  try {
    const { db, url } = await ground.database('bulk');
    const { flowId } = await publish(db, inARow('A day', [wait('P1D')]), { now: Date.now() });
    const worker = await startWorkerProcess(ground, url);
    const connection = await Connection.connect({ address: ground.temporal.address });
    const client = new Client({ connection });
    const compared = await inTurns(
      rounds,
      async () => {
        const ids = Array.from({ length: people }, () => newId());
        const ms = await timed(() =>
          inParallel(ids, width, async (workflowId) => {
            await client.workflow.start('enrolment', {
              workflowId,
              taskQueue,
              args: [workflowId],
              startDelay: day,
            });
          }),
        );
        return (people / ms) * 1000;
      },
      async (round) => {
        const candidateIds = await addPeople(db);
        const ms = await timed(async () => {
          await requestEnrolments(db, { flowId, candidateIds, by: { kind: 'system' } }, Date.now());
          notifyWork(db, 'router');
          await until('everyone has her clock', () => allTimed(db, people * (round + 1)));
        });
        return (people / ms) * 1000;
      },
    );
    await connection.close();
    await worker.stop('SIGKILL');
    return [
      noted('bare client.workflow.start', compared.theirs, 'starts/s'),
      noted('asked for, enrolled, first stretch done, clock set', compared.ours, 'enrolments/s'),
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
