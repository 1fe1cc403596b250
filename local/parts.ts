/** The parts of an installation on one machine, in the order in which they need each other. */
import { join } from 'node:path';
import type { Settings } from '../engine/settings.ts';
import { findProgram } from './binaries.ts';
import { type Daemon, launch, waitUntilReady } from './daemon.ts';
import type { InnerPorts } from './inner-ports.ts';
import { answers, reachableHost } from './ports.ts';
import { startPostgres } from './postgres.ts';
import type { Secrets } from './secrets.ts';
import type { Part } from './supervisor.ts';
import { startTemporal } from './temporal.ts';

/** Every part there can be; those that use others come first, as they must end first. */
export const titles = [
  { name: 'worker', title: 'The worker', signal: 'SIGTERM' },
  { name: 'api', title: 'The API', signal: 'SIGTERM' },
  { name: 'temporal', title: 'Temporal', signal: 'SIGTERM' },
  { name: 'postgres', title: 'Postgres', signal: 'SIGINT' },
] as const satisfies Pick<Part, 'name' | 'title' | 'signal'>[];

const described = (name: (typeof titles)[number]['name']) =>
  titles.find((part) => part.name === name) ?? titles[0];

export interface Surroundings {
  dataDir: string;
  ports: InnerPorts;
  secrets: Secrets;
  say: (sentence: string) => void;
}

const logOf = (dataDir: string, name: string) => join(dataDir, 'logs', `${name}.log`);

export function postgresPart({ dataDir, ports, secrets, say }: Surroundings): Part & { url: string } {
  return {
    ...described('postgres'),
    grace: 20_000,
    url: `postgres://tendril:${encodeURIComponent(secrets.postgresPassword)}@127.0.0.1:${ports.postgres}/tendril`,
    start: (spawned) =>
      startPostgres({
        dir: join(dataDir, 'postgres'),
        port: ports.postgres,
        password: secrets.postgresPassword,
        log: logOf(dataDir, 'postgres'),
        ownGroup: true,
        spawned,
        say,
      }),
  };
}

export interface TemporalPart extends Part {
  address: string;
  ui: string;
  /** Called when the server began with an empty store. */
  onNewStore: () => void;
}

export function temporalPart({ dataDir, ports, say }: Surroundings): TemporalPart {
  const part: TemporalPart = {
    ...described('temporal'),
    address: `127.0.0.1:${ports.temporal}`,
    ui: `http://127.0.0.1:${ports.temporalUi}`,
    onNewStore: () => {},
    async start(spawned) {
      const { storeIsNew } = await startTemporal({
        program: await findProgram('temporal', { say }),
        dir: dataDir,
        port: ports.temporal,
        uiPort: ports.temporalUi,
        log: logOf(dataDir, 'temporal'),
        ownGroup: true,
        spawned,
        say,
      });
      if (storeIsNew) part.onNewStore();
    },
  };
  return part;
}

export interface ScriptOptions {
  dataDir: string;
  script: string;
  env: Record<string, string | undefined>;
}

export function apiPart({ dataDir, script, env, settings }: ScriptOptions & { settings: Settings }): Part {
  return {
    ...described('api'),
    async start(spawned) {
      const daemon = await launchScript('api', dataDir, script, env, spawned);
      await waitUntilReady(daemon, () => answers(settings.PORT, reachableHost(settings.HOST)));
    },
  };
}

export function workerPart({ dataDir, script, env }: ScriptOptions): Part {
  return {
    ...described('worker'),
    grace: 15_000,
    start: (spawned) => launchScript('worker', dataDir, script, env, spawned),
  };
}

/** Collecting young objects a little more often keeps a hundred megabytes less, API and worker together. */
const modestHeap = '--max-semi-space-size=4';

function launchScript(
  name: 'api' | 'worker',
  dataDir: string,
  script: string,
  env: Record<string, string | undefined>,
  spawned: (daemon: Daemon) => void,
): Promise<Daemon> {
  const { title } = described(name);
  return launch({
    name: title,
    command: process.execPath,
    args: [modestHeap, script],
    env,
    log: logOf(dataDir, name),
    ownGroup: true,
    spawned,
  });
}
