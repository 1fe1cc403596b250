/** Temporal for one machine: the official dev server, its store an SQLite file that may be lost without harm. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Daemon, launch, waitUntilReady } from './daemon.ts';
import { isServing } from './grpc-health.ts';
import { Obstacle, say as print } from './sentence.ts';

export interface RunningTemporal extends Daemon {
  address: string;
  /** Address of Temporal's own web pages, if they were asked for. */
  ui: string | null;
  /** The store began empty: it has no enrolment's clock. */
  storeIsNew: boolean;
}

export interface TemporalOptions {
  /** The `temporal` program. */
  program: string;
  /** Folder of `temporal.db`. */
  dir: string;
  port: number;
  /** Serves Temporal's web pages there; none when absent. */
  uiPort?: number;
  /** Temporal's dynamic configuration, each `key=value`. */
  dynamicConfig?: readonly string[];
  log: string;
  ownGroup?: boolean;
  spawned?: (daemon: Daemon) => void;
  say?: (sentence: string) => void;
}

/** Starts the server. A store that it cannot use is moved aside, never deleted, and it starts with an empty one. */
export async function startTemporal(options: TemporalOptions): Promise<RunningTemporal> {
  const { program, dir, say = print } = options;
  mkdirSync(dir, { recursive: true });
  const store = join(dir, 'temporal.db');
  const version = execFileSync(program, ['--version'], { encoding: 'utf8' }).trim();
  const writtenBy = storeVersion(store);
  if (existsSync(store) && writtenBy !== null && writtenBy !== version) {
    say(
      `Temporal's store was written by another version (${writtenBy}); it is kept as ${moveAside(store)} and a new one begins.`,
    );
  }
  const storeIsNew = !existsSync(store);
  if (storeIsNew) dropJournals(store);
  writeFileSync(`${store}.version`, `${version}\n`);
  try {
    return await launchServer(options, store, storeIsNew);
  } catch (error) {
    const words = error instanceof Error ? error.message : '';
    if (
      storeIsNew ||
      !/file is not a database|malformed|disk I\/O error|no such (table|column)|SQL logic error|schema/i.test(
        words,
      )
    )
      throw error;
    say(`Temporal's store cannot be read; it is kept as ${moveAside(store)} and a new one begins.`);
    return launchServer(options, store, true);
  }
}

async function launchServer(
  { program, port, uiPort, dynamicConfig = [], log, ownGroup, spawned }: TemporalOptions,
  store: string,
  storeIsNew: boolean,
): Promise<RunningTemporal> {
  const pages =
    uiPort === undefined
      ? ['--headless']
      : ['--ui-ip', '127.0.0.1', '--ui-port', String(uiPort), '--ui-disable-news-fetch'];
  const address = `127.0.0.1:${port}`;
  const daemon = await launch({
    name: 'Temporal',
    command: program,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), ...pages],
      ...[
        // By its name alone: as part of an address, “?” or “#” in the folder's name would cut it off.
        '--db-filename',
        basename(store),
        '--sqlite-pragma',
        'journal_mode=wal',
        '--sqlite-pragma',
        'synchronous=normal',
      ],
      ...['--log-level', 'error'],
      ...dynamicConfig.flatMap((value) => ['--dynamic-config-value', value]),
    ],
    log,
    cwd: dirname(store),
    ownGroup,
    spawned,
  });
  await waitUntilReady(daemon, () =>
    isServing(address, 'temporal.api.workflowservice.v1.WorkflowService'),
  ).catch(async (error: unknown) => {
    await daemon.stop('SIGKILL');
    throw error;
  });
  return Object.defineProperties(daemon as RunningTemporal, {
    address: { value: address, enumerable: true },
    ui: { value: uiPort === undefined ? null : `http://127.0.0.1:${uiPort}`, enumerable: true },
    storeIsNew: { value: storeIsNew, enumerable: true },
  });
}

function storeVersion(store: string): string | null {
  return existsSync(`${store}.version`) ? readFileSync(`${store}.version`, 'utf8').trim() : null;
}

/** The store's new name. Its journals go along: beside another file they would be taken for that file's. */
function moveAside(store: string): string {
  const aside = `${store}.aside-${new Date().toISOString().replaceAll(':', '-')}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(store + suffix)) renameSync(store + suffix, aside + suffix);
  }
  if (existsSync(store)) throw new Obstacle(`${store} cannot be moved aside.`);
  return aside;
}

function dropJournals(store: string): void {
  for (const suffix of ['-wal', '-shm']) rmSync(store + suffix, { force: true });
}
