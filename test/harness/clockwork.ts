/** A house whose clocks are a Temporal server's: its worker runs, its pumps are stepped, its time may be skipped. */
import type { Client } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { type NativeConnection, Runtime, Worker } from '@temporalio/worker';
import type { Db } from '../../db/connect.ts';
import { activities } from '../../workflows/activities.ts';
import { workflowCode } from '../../workflows/bundle.ts';
import { clocksOf, taskQueue } from '../../workflows/client.ts';
import type { Transport } from '../../workflows/transports/transport.ts';
import { type House, houseOn, testClock } from './house.ts';

const nothing = () => {};
// Before anything connects, or the runtime is there already with its own idea of logging.
Runtime.install({
  logger: { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing },
});

export interface Clockwork extends House {
  clock: ReturnType<typeof testClock>;
  /** Runs pumps and workflows until neither has anything to do at the present time. */
  rest(): Promise<void>;
  /** Moves to the next deadline of any open enrolment and rests there. False: there is none. */
  next(): Promise<boolean>;
  /** Moves on by so much and rests. */
  pass(ms: number): Promise<void>;
  stop(): Promise<void>;
}

export interface Server {
  client: Client;
  nativeConnection: NativeConnection;
  namespace?: string;
  /** Milliseconds since 1970. */
  now(): Promise<number>;
  skip(ms: number): Promise<void>;
}

export const skipping = (env: TestWorkflowEnvironment): Server => ({
  client: env.client,
  nativeConnection: env.nativeConnection,
  namespace: env.namespace,
  now: () => env.currentTimeMs(),
  skip: (ms) => env.sleep(ms),
});

/** Looks again in a moment of real time: a server beside us is at work and says nothing when it is done. */
async function until(done: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await done())) {
    if (performance.now() > deadline) throw new Error(`Waited in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export async function clockworkOn(
  db: Db,
  server: Server,
  options: { transport?: Transport } = {},
): Promise<Clockwork> {
  const clock = testClock(await server.now());
  const clocks = clocksOf(server.client);
  const house = houseOn(db, clock, { clocks: () => clocks, ...options });
  const worker = await Worker.create({
    connection: server.nativeConnection,
    namespace: server.namespace ?? 'default',
    taskQueue,
    ...(await workflowCode()),
    activities: activities(house.context),
    maxCachedWorkflows: 50,
  });
  const running = worker.run();

  const rest = async () => {
    await until(async () => {
      clock.set(await server.now());
      await house.settle();
      const marks = await db.selectFrom('mark').select('id').limit(1).execute();
      const due = await db
        .selectFrom('enrolment')
        .select('id')
        .where('status', '=', 'open')
        .where('wake_at', '<=', new Date(clock.now()))
        .limit(1)
        .execute();
      return marks.length === 0 && due.length === 0;
    }, 'every run had come to rest');
    // What the last run to move has queued may be for the millisecond that it moved in.
    clock.set(await server.now());
    await house.settle();
  };

  return {
    ...house,
    clock,
    rest,
    async next() {
      const soonest = await db
        .selectFrom('enrolment')
        .select((eb) => eb.fn.min('wake_at').as('at'))
        .where('status', '=', 'open')
        .executeTakeFirst();
      if (!soonest?.at) return false;
      await server.skip(Math.max(0, soonest.at.getTime() - (await server.now())) + 1);
      await rest();
      return true;
    },
    async pass(ms) {
      await server.skip(ms);
      await rest();
    },
    async stop() {
      worker.shutdown();
      await running;
    },
  };
}
