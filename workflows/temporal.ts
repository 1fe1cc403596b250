/** This process's line to Temporal: a client for the pumps and a worker for the workflows, kept up for good. */
import { Client } from '@temporalio/client';
import { makeTelemetryFilterString, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { greetStore } from '../db/queries/temporal-store.ts';
import { activities } from './activities.ts';
import { workflowCode } from './bundle.ts';
import { type Clocks, clocksOf, connectionOptions, type TemporalSettings, taskQueue } from './client.ts';
import type { Context } from './context.ts';
import { nameOf } from './pumps/pump.ts';

/** What one worker keeps in memory; a workflow that is not among them is replayed from its few events. */
const cached = 200;
const storeCheckMs = 5000;

export interface TemporalLine {
  /** Null while the server cannot be reached. */
  clocks(): Clocks | null;
  stop(): Promise<void>;
}

let installed = false;

function quietRuntime(): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    telemetryOptions: {
      logging: { filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }), forward: {} },
    },
    logger: quietLogger(),
  });
}

/** The SDK's own log lines may quote payloads; ours go through `log.ts`. */
function quietLogger() {
  const nothing = () => {};
  return { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
}

export function openLine(context: Context, settings: TemporalSettings): TemporalLine {
  quietRuntime();
  let stopped = false;
  let clocks: Clocks | null = null;
  let worker: Worker | null = null;
  let wakeUp: () => void = () => {};

  const once = async () => {
    let watching: NodeJS.Timeout | undefined;
    const native = await NativeConnection.connect(connectionOptions(settings));
    // The worker's own connection serves the pumps, too: a call through it costs half as much as one through a client
    // written in JavaScript, and after an outage it is there again at once instead of after twenty seconds.
    const client = new Client({ connection: native, namespace: settings.TEMPORAL_NAMESPACE });
    try {
      await greet(context, client, settings);
      worker = await Worker.create({
        connection: native,
        namespace: settings.TEMPORAL_NAMESPACE,
        taskQueue,
        ...(await workflowCode()),
        activities: activities(context),
        maxCachedWorkflows: cached,
        maxConcurrentLocalActivityExecutions: 16,
        maxConcurrentWorkflowTaskExecutions: 40,
        shutdownGraceTime: '5s',
        reuseV8Context: true,
      });
      clocks = clocksOf(client);
      if (stopped) return;
      // The server may come back with another store while this line stays up.
      watching = setInterval(() => void greet(context, client, settings).catch(() => {}), storeCheckMs);
      await worker.run();
    } finally {
      clearInterval(watching);
      clocks = null;
      worker = null;
      await native.close().catch(() => {});
    }
  };

  const line = (async () => {
    while (!stopped) {
      try {
        await once();
      } catch (error) {
        context.log.warn({ error: nameOf(error) }, 'Temporal cannot be reached; it will be tried again');
      }
      if (stopped) return;
      await new Promise<void>((resolve) => {
        wakeUp = resolve;
        setTimeout(resolve, 1000);
      });
    }
  })();

  return {
    clocks: () => clocks,
    async stop() {
      stopped = true;
      wakeUp();
      if (worker?.getState() === 'RUNNING') worker.shutdown();
      await line;
    },
  };
}

/** The server may have come back with a store that knows nobody. */
async function greet(context: Context, client: Client, settings: TemporalSettings): Promise<void> {
  const { namespaceInfo } = await client.workflowService.describeNamespace({
    namespace: settings.TEMPORAL_NAMESPACE,
  });
  const marked = await greetStore(context.db, namespaceInfo?.id ?? 'unknown');
  if (marked > 0)
    context.log.info({ marked }, 'Temporal’s store is new; every open enrolment gets its clock again');
}
