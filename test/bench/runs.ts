/** The reference flow: our runtime against a hand-written Temporal workflow, same server, same run. */
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import { sql } from 'kysely';
import type { Db } from '../../db/connect.ts';
import { newId } from '../../db/id.ts';
import { graphSchema } from '../../engine/flow/schema.ts';
import { readSettings } from '../../engine/settings.ts';
import { silentLog } from '../../workflows/log.ts';
import { inParallel } from '../../workflows/pumps/pump.ts';
import { startWorker } from '../../workflows/worker.ts';
import { addPipeline, addSource, addTemplate, greenhouse, publish } from '../harness/house.ts';
import { type Ground, type Spent, spentEach, spentSoFar, startGround } from './ground.ts';
import { bare, type HandwrittenActivities, same } from './handwritten/activities.ts';
import { atLeast, atMost, type Bench, noted, type Row } from './report.ts';

const people = Number(process.env.BENCH_PEOPLE ?? 1000);
const waitSeconds = 5;

/** Tag, move stage, email, wait 5 seconds, condition, email. */
async function publishReference(db: Db): Promise<void> {
  const subject = 'Thank you, {{ candidate.firstName | default: "there" }}';
  const body = 'Hi {{ candidate.firstName | default: "there" }}';
  const thanks = await addTemplate(db, 'Thanks', subject, body, Date.now());
  const next = await addTemplate(db, 'Next', subject, body, Date.now());
  const at = { x: 0, y: 0 };
  const graph = graphSchema.parse({
    name: 'Reference',
    settings: { reentry: 'once', exitOn: ['candidate.hired', 'message.unsubscribed'] },
    nodes: [
      { id: 'start', type: 'application-received', position: at, data: {} },
      { id: 'tag', type: 'add-tag', position: at, data: { tag: 'applied' } },
      { id: 'move', type: 'move-stage', position: at, data: { stage: 'Recruiter screen' } },
      { id: 'thanks', type: 'send-email', position: at, data: { templateId: thanks.id } },
      { id: 'wait', type: 'wait', position: at, data: { for: `PT${waitSeconds}S` } },
      {
        id: 'check',
        type: 'branch',
        position: at,
        data: {
          cases: [{ port: 'yes', when: { field: 'application.stage', op: 'is', value: 'Recruiter screen' } }],
        },
      },
      { id: 'next', type: 'send-email', position: at, data: { templateId: next.id } },
      { id: 'end', type: 'end', position: at, data: {} },
    ],
    edges: [
      ['start', 'next', 'tag'],
      ['tag', 'next', 'move'],
      ['move', 'next', 'thanks'],
      ['thanks', 'next', 'wait'],
      ['wait', 'next', 'check'],
      ['check', 'yes', 'next'],
      ['check', 'else', 'end'],
      ['next', 'next', 'end'],
    ].map(([source, sourceHandle, target], index) => ({ id: `e${index}`, source, sourceHandle, target })),
  });
  await publish(db, graph, {
    templates: { [thanks.id]: thanks.versionId, [next.id]: next.versionId },
    now: Date.now(),
  });
}

/** Thousands of requests of a job board, stored as `POST /hooks` stores them. */
async function storeWebhooks(db: Db, count: number): Promise<void> {
  const source = await addSource(db, 'greenhouse', Date.now());
  const rows = Array.from({ length: count }, (_, n) => ({
    id: newId(),
    dedupe: `event-${n}`,
    body: {
      headers: {},
      payload: greenhouse({
        id: n + 1,
        firstName: `Ada${n}`,
        lastName: 'Costa',
        email: `ada${n}@costa.example`,
        appliedAt: Date.now(),
      }),
    },
  }));
  await sql`
    with stored as (
      insert into inbound (id, source_id, kind, dedupe_key, received_at, body)
      select (row->>'id')::uuid, ${source}::uuid, 'greenhouse', row->>'dedupe', now(), row->'body' from jsonb_array_elements(${JSON.stringify(rows)}::jsonb) as row
      returning id
    ) insert into inbound_queue (inbound_id) select id from stored`.execute(db);
}

async function untilCount(count: () => Promise<number>, wanted: number): Promise<void> {
  const deadline = performance.now() + 300_000;
  while ((await count()) < wanted) {
    if (performance.now() > deadline)
      throw new Error(`Only ${await count()} of ${wanted} after five minutes.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

interface Measured {
  seconds: number;
  events: number;
  bytes: number;
  /** Milliseconds of CPU a run. */
  spent: Spent;
}

async function history(client: Client, workflowId: string): Promise<{ events: number; bytes: number }> {
  const { workflowExecutionInfo: info } = await client.workflowService.describeWorkflowExecution({
    namespace: 'default',
    execution: { workflowId },
  });
  return { events: Number(info?.historyLength ?? 0), bytes: Number(info?.historySizeBytes ?? 0) };
}

export async function ours(ground: Ground, turn = 0): Promise<Measured> {
  const { db, url } = await ground.database(`ours_${turn}`);
  await addPipeline(db, Date.now());
  await publishReference(db);
  await storeWebhooks(db, people);
  const settings = readSettings({ DATABASE_URL: url, TEMPORAL_ADDRESS: ground.temporal.address });
  const before = spentSoFar(ground);
  const began = performance.now();
  const worker = startWorker({ ...settings, DATABASE_URL: url }, silentLog);
  await untilCount(
    async () =>
      Number(
        (
          await sql<{ n: number }>`select count(*)::int as n from message where status = 'delivered'`.execute(
            db,
          )
        ).rows[0]?.n,
      ),
    people * 2,
  );
  await untilCount(
    async () =>
      Number(
        (
          await sql<{ n: number }>`select count(*)::int as n from enrolment where status = 'ended'`.execute(
            db,
          )
        ).rows[0]?.n,
      ),
    people,
  );
  const seconds = (performance.now() - began) / 1000 - waitSeconds;
  const spent = spentEach(before, spentSoFar(ground), people);
  const connection = await Connection.connect({ address: ground.temporal.address });
  const one = await db.selectFrom('enrolment').select('id').limit(1).executeTakeFirstOrThrow();
  const kept = await history(new Client({ connection }), one.id);
  await connection.close();
  await worker.stop();
  return { seconds, spent, ...kept };
}

async function handwritten(
  ground: Ground,
  turn: number,
  name: 'bare' | 'same',
  make: (db: Db) => HandwrittenActivities,
): Promise<Measured> {
  const { db } = await ground.database(`handwritten_${name}_${turn}`);
  const pipeline = await addPipeline(db, Date.now());
  const native = await NativeConnection.connect({ address: ground.temporal.address });
  const connection = await Connection.connect({ address: ground.temporal.address });
  const client = new Client({ connection });
  const taskQueue = `handwritten-${name}-${turn}`;
  const worker = await Worker.create({
    connection: native,
    taskQueue,
    workflowsPath: fileURLToPath(new URL('./handwritten/workflow.ts', import.meta.url)),
    activities: make(db),
    maxCachedWorkflows: 1000,
  });
  const running = worker.run();
  const before = spentSoFar(ground);
  const began = performance.now();
  const results: Promise<unknown>[] = [];
  await inParallel(
    Array.from({ length: people }, (_, n) => n),
    50,
    async (n) => {
      const [candidateId, applicationId] = [newId(), newId()];
      const at = new Date();
      await db.transaction().execute(async (trx) => {
        await trx
          .insertInto('candidate')
          .values({
            id: candidateId,
            first_name: `Ada${n}`,
            full_name: `Ada${n} Costa`,
            name_key: `ada${n} costa`,
            search_key: `ada${n} costa`,
            created_at: at,
            updated_at: at,
            last_activity_at: at,
          })
          .execute();
        await trx
          .insertInto('candidate_email')
          .values({
            id: newId(),
            candidate_id: candidateId,
            address: `ada${n}@costa.example`,
            address_key: `ada${n}@costa.example`,
            is_primary: true,
            created_at: at,
          })
          .execute();
        await trx
          .insertInto('application')
          .values({
            id: applicationId,
            candidate_id: candidateId,
            pipeline_id: pipeline.id,
            stage_id: pipeline.stages.Applied ?? null,
            stage_since: at,
            applied_at: at,
            created_at: at,
          })
          .execute();
      });
      const handle = await client.workflow.start('nurture', {
        workflowId: `${name}-${candidateId}`,
        taskQueue,
        args: [candidateId, applicationId],
      });
      results.push(handle.result());
      if (n === 0) results.push(Promise.resolve(handle.workflowId));
    },
  );
  const ended = await Promise.all(results);
  const seconds = (performance.now() - began) / 1000 - waitSeconds;
  const spent = spentEach(before, spentSoFar(ground), people);
  const kept = await history(client, ended.find((value) => typeof value === 'string') as string);
  worker.shutdown();
  await running;
  await native.close();
  await connection.close();
  return { seconds, spent, ...kept };
}

/** Both turns as one. */
function both(measured: readonly Measured[]): {
  perSecond: number;
  spent: Spent;
  events: number;
  bytes: number;
} {
  const mean = (of: (one: Measured) => number) =>
    measured.reduce((sum, one) => sum + of(one), 0) / measured.length;
  return {
    perSecond: people / mean((one) => one.seconds),
    spent: {
      temporal: mean((one) => one.spent.temporal),
      postgres: mean((one) => one.spent.postgres),
      worker: mean((one) => one.spent.worker),
    },
    events: Math.max(...measured.map((one) => one.events)),
    bytes: Math.max(...measured.map((one) => one.bytes)),
  };
}

const total = (spent: Spent): number => spent.temporal + spent.postgres + spent.worker;

const spentRow = (who: string, spent: Spent): Row =>
  noted(
    `CPU a run, ${who}`,
    total(spent),
    'ms',
    `Temporal ${spent.temporal.toFixed(1)}, Postgres ${spent.postgres.toFixed(1)}, worker ${spent.worker.toFixed(1)}`,
  );

export const runs: Bench = {
  name: 'runs',
  about: `the reference flow, ${people} candidates by webhook, the wait subtracted; each twice, in mirrored order`,
  async run(): Promise<Row[]> {
    const ground = await startGround();
    try {
      const measured = { bare: [] as Measured[], same: [] as Measured[], ours: [] as Measured[] };
      const contenders = {
        bare: (turn: number) => handwritten(ground, turn, 'bare', bare),
        same: (turn: number) => handwritten(ground, turn, 'same', same),
        ours: (turn: number) => ours(ground, turn),
      };
      // What a server has behind it slows it down: whoever comes first in one turn is last in the other.
      for (const [turn, order] of [
        ['bare', 'same', 'ours'] as const,
        ['ours', 'same', 'bare'] as const,
      ].entries())
        for (const who of order) measured[who].push(await contenders[who](turn));
      const byHand = both(measured.bare);
      const honest = both(measured.same);
      const here = both(measured.ours);
      return [
        noted('hand-written, bare updates', byHand.perSecond, 'runs/s'),
        noted('hand-written, the same reads and writes', honest.perSecond, 'runs/s'),
        noted('ours', here.perSecond, 'runs/s'),
        atLeast('runs per second', here.perSecond / byHand.perSecond, 2.5, '×', 'hand-written, bare updates'),
        atLeast(
          'runs per second',
          here.perSecond / honest.perSecond,
          3.5,
          '×',
          'hand-written, the same reads and writes',
        ),
        spentRow('hand-written, bare updates', byHand.spent),
        spentRow('hand-written, the same reads and writes', honest.spent),
        spentRow('ours', here.spent),
        noted('CPU a run', total(byHand.spent) / total(here.spent), '×', 'hand-written, bare updates'),
        atMost('history of a run', here.events, 6, 'events', `${byHand.events} by hand`),
        atMost('history of a run', here.bytes, 1300, 'bytes', `${byHand.bytes} by hand`),
      ];
    } finally {
      await ground.end();
    }
  },
};
