/** A house whose clocks are a Temporal server's: its worker runs, its pumps are stepped, its time may be skipped. */
import type { Client } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { type NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { sql } from 'kysely';
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

/** However many have something to do at one instant, a server at work is done with them after so long. */
const patienceMs = 120_000;
const impatient = (what: string) => new Error(`Waited in vain until ${what}.`);
const moment = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A server that counts its locks wrong skips no more and never says so. */
async function skipped(server: Server, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(impatient('time was skipped')), patienceMs);
  });
  await Promise.race([server.skip(ms), tired]).finally(() => clearTimeout(timer));
}

export async function clockworkOn(
  db: Db,
  server: Server,
  { cached = 50, ...options }: { transport?: Transport; cached?: number } = {},
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
    maxCachedWorkflows: cached,
  });
  const running = worker.run();

  /** As the house settles, but each pump as long as it finds something, before the next is asked. */
  const settle = async (): Promise<boolean> => {
    let worked = false;
    for (let claimed = true; claimed; worked ||= claimed) {
      claimed = false;
      for (const pump of house.pumps) while ((await pump.round()) > 0) claimed = true;
    }
    return worked;
  };

  /** `told`: Temporal was asked to look at them. `due`: it has to by itself. */
  const ahead = async () => {
    const found = await sql<{ marks: boolean; told: boolean; due: boolean }>`
      select exists (select from mark) as marks, exists (select from mark where attempts > 0) as told,
        exists (select from enrolment where status = 'open' and wake_at <= ${new Date(clock.now())}) as due`.execute(
      db,
    );
    return found.rows[0] ?? { marks: false, told: false, due: false };
  };

  const rest = async () => {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      clock.set(await server.now());
      const worked = await settle();
      let left = await ahead();
      // What the last run to move has queued may be for the millisecond that it moved in: once more, until nothing is.
      if (!worked && !left.marks && !left.due) return;
      // The pumps have nothing to do while the server has: it works beside us and says nothing when it is done.
      for (let looks = 0; (left.told || left.due) && looks < 40; looks++) {
        await moment(5);
        left = await ahead();
      }
      if (performance.now() > deadline) throw impatient('every run had come to rest');
    }
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
      await skipped(server, Math.max(0, soonest.at.getTime() - (await server.now())) + 1);
      await rest();
      return true;
    },
    async pass(ms) {
      await skipped(server, ms);
      await rest();
    },
    async stop() {
      worker.shutdown();
      await running;
    },
  };
}
