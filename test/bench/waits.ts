/** What a further wait costs Temporal: the events that it adds to a run's history, on the real server. */
import { Client, Connection } from '@temporalio/client';
import type { Db } from '../../db/connect.ts';
import { notifyWork } from '../../db/notify.ts';
import { requestEnrolments } from '../../db/queries/flow-runs.ts';
import { addCandidate, publish } from '../harness/house.ts';
import { inARow, wait } from '../harness/in-a-row.ts';
import { startGround } from './ground.ts';
import { atMost, type Bench, noted, type Row } from './report.ts';
import { until } from './rounds.ts';
import { startWorkerProcess } from './worker-process.ts';

const many = 5;

/** The id of a run that has gone through so many waits of a second each. */
async function runThrough(db: Db, waits: number): Promise<string> {
  const graph = inARow(
    `${waits} waits`,
    Array.from({ length: waits }, () => wait('PT1S')),
  );
  const { flowId } = await publish(db, graph, { now: Date.now() });
  const candidateId = await addCandidate(db, { name: 'Ada Costa' }, Date.now());
  await requestEnrolments(db, { flowId, candidateIds: [candidateId], by: { kind: 'system' } }, Date.now());
  notifyWork(db, 'router');
  const ended = () =>
    db
      .selectFrom('enrolment')
      .select('id')
      .where('flow_id', '=', flowId)
      .where('status', '=', 'ended')
      .executeTakeFirst();
  await until('the run has ended', async () => (await ended()) !== undefined);
  return (await ended())?.id ?? '';
}

async function kept(client: Client, workflowId: string): Promise<{ events: number; bytes: number }> {
  // The last workflow task is acknowledged a moment after the rows say that the run has ended.
  await client.workflow.getHandle(workflowId).result();
  const { workflowExecutionInfo: info } = await client.workflowService.describeWorkflowExecution({
    namespace: 'default',
    execution: { workflowId },
  });
  return { events: Number(info?.historyLength ?? 0), bytes: Number(info?.historySizeBytes ?? 0) };
}

async function counting(): Promise<Row[]> {
  const ground = await startGround();
  try {
    const { db, url } = await ground.database('waits');
    const worker = await startWorkerProcess(ground, url);
    const connection = await Connection.connect({ address: ground.temporal.address });
    const client = new Client({ connection });
    const one = await kept(client, await runThrough(db, 1));
    const all = await kept(client, await runThrough(db, many));
    await connection.close();
    await worker.stop('SIGKILL');
    return [
      noted('history of a run with one wait', one.events, 'events'),
      noted(`history of a run with ${many} waits`, all.events, 'events'),
      noted('history of a further wait', (all.bytes - one.bytes) / (many - 1), 'bytes'),
      atMost('history of a further wait', (all.events - one.events) / (many - 1), 7, 'events', ''),
    ];
  } finally {
    await ground.end();
  }
}

export const waits: Bench = {
  name: 'waits',
  about: `what Temporal keeps of a run with one wait and of one with ${many}`,
  run: counting,
};
