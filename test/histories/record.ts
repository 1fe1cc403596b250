/**
 * Records what the real Temporal server keeps of real runs, for `replay.test.ts`: `node test/histories/record.ts`.
 * Run it again only to add a kind of run. The recorded ones are what workers in the field may still have to replay.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { recordEvents } from '../../db/queries/events.ts';
import { requestEnrolments } from '../../db/queries/flow-runs.ts';
import { lockCandidates } from '../../db/queries/lock.ts';
import { markFlow } from '../../db/queries/marks.ts';
import { activities } from '../../workflows/activities.ts';
import { workflowCode } from '../../workflows/bundle.ts';
import { clocksOf, taskQueue } from '../../workflows/client.ts';
import { startGround } from '../bench/ground.ts';
import { addCandidate, houseOn, publish } from '../harness/house.ts';
import { inARow, type RowStep, wait } from '../harness/in-a-row.ts';
import { historyAsText } from './text.ts';

/** In place of the machine's name, which is nobody's business. */
const identity = 'recorder';

const ground = await startGround();
const { db } = await ground.database('histories');
const connection = await Connection.connect({ address: ground.temporal.address });
const native = await NativeConnection.connect({ address: ground.temporal.address });
const client = new Client({ connection, identity });
const clocks = clocksOf(client);
const house = houseOn(db, { now: () => Date.now() }, { clocks: () => clocks });
const worker = await Worker.create({
  connection: native,
  identity,
  taskQueue,
  ...(await workflowCode()),
  activities: activities(house.context),
});
const working = worker.run();

const greets = (timeout: string): RowStep => ({
  type: 'wait-for',
  data: { event: 'custom.greeted', timeout },
});

interface Run {
  flowId: string;
  candidateId: string;
  enrolmentId: string;
}

async function enter(name: string, steps: readonly RowStep[]): Promise<Run> {
  const { flowId } = await publish(db, inARow(name, steps), { now: Date.now() });
  const candidateId = await addCandidate(db, { name: 'Ada Costa' }, Date.now());
  await requestEnrolments(db, { flowId, candidateIds: [candidateId], by: { kind: 'system' } }, Date.now());
  await house.settle();
  const { id } = await db
    .selectFrom('enrolment')
    .select('id')
    .where('flow_id', '=', flowId)
    .executeTakeFirstOrThrow();
  return { flowId, candidateId, enrolmentId: id };
}

/** Steps the pumps until the run stands at that node; null: until it has ended. */
async function standsAt({ enrolmentId }: Run, node: string | null): Promise<void> {
  for (;;) {
    await house.settle();
    const { node_id, status } = await db
      .selectFrom('enrolment')
      .select(['node_id', 'status'])
      .where('id', '=', enrolmentId)
      .executeTakeFirstOrThrow();
    if (node === null ? status !== 'open' : node_id === node) return;
    await sleep(50);
  }
}

async function greet({ candidateId }: Run): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await lockCandidates(trx, [candidateId]);
    await recordEvents(trx, [{ candidateId, type: 'custom.greeted', by: { kind: 'person' } }], Date.now());
  });
  await house.settle();
}

/** Long enough for the workflow to have set its timer. */
const settled = () => sleep(500);

const kinds: Record<string, () => Promise<Run>> = {
  'one wait': () => enter('One wait', [wait('PT1S')]),

  'four waits': () => enter('Four waits', [wait('PT1S'), wait('PT1S'), wait('PT1S'), wait('PT1S')]),

  'a start delay cut short': async () => {
    const run = await enter('Cut short', [greets('PT1H')]);
    await greet(run);
    return run;
  },

  'woken while a timer runs': async () => {
    const run = await enter('Woken', [wait('PT1S'), greets('PT1H'), wait('PT1S')]);
    await standsAt(run, 'step2');
    await settled();
    await greet(run);
    return run;
  },

  'woken in vain, then timed out': async () => {
    const run = await enter('In vain', [wait('PT1S'), greets('PT3S')]);
    await standsAt(run, 'step2');
    await settled();
    await clocks.wake(run.enrolmentId);
    return run;
  },

  'paused until woken': async () => {
    const run = await enter('Paused', [wait('PT1S'), wait('PT1S'), wait('PT1S')]);
    await standsAt(run, 'step2');
    const set = (state: 'live' | 'paused') =>
      db.updateTable('flow').set({ state }).where('id', '=', run.flowId).execute();
    await set('paused');
    await sleep(2000);
    await set('live');
    await markFlow(db, run.flowId, Date.now());
    return run;
  },
};

for (const [kind, record] of Object.entries(kinds)) {
  const file = new URL(`./${kind.replaceAll(',', '').replaceAll(' ', '-')}.json`, import.meta.url);
  if (existsSync(file)) continue;
  const run = await record();
  await standsAt(run, null);
  const handle = client.workflow.getHandle(run.enrolmentId);
  await handle.result();
  const history = await handle.fetchHistory();
  writeFileSync(file, historyAsText(history));
  console.log(`${kind}: ${history.events?.length} events`);
}
worker.shutdown();
await working;
await native.close();
await connection.close();
await ground.end();
