/** A program running beside us: started, logged to a file, waited for, stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Obstacle, tellsOfFullDisk } from './sentence.ts';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface Daemon {
  name: string;
  pid: number;
  command: string[];
  /** Settles when the process has ended, for whatever reason. */
  exited: Promise<Exit>;
  /** Whether it still runs. */
  readonly alive: boolean;
  /** The end of what it logged since it started. */
  lastWords(): string;
  /** Asks it to end with `signal`; after `grace` milliseconds it is killed. */
  stop(signal?: NodeJS.Signals, grace?: number): Promise<Exit>;
}

export interface LaunchOptions {
  name: string;
  command: string;
  args: string[];
  /** Its output is appended here. */
  log: string;
  env?: Record<string, string | undefined>;
  cwd?: string;
  /** Run as this user instead of ours (only root may). */
  as?: { uid: number; gid: number } | null;
  /** Put it into a process group of its own, so that Ctrl-C reaches us alone and we end things in order. */
  ownGroup?: boolean;
  /** Called as soon as the process exists, long before it is ready. */
  spawned?: (daemon: Daemon) => void;
}

const LOG_LIMIT = 8_000_000;

/** @throws {Obstacle} when the program cannot be run at all. */
export async function launch({
  name,
  command,
  args,
  log,
  env,
  cwd,
  as,
  ownGroup = false,
  spawned,
}: LaunchOptions): Promise<Daemon> {
  mkdirSync(dirname(log), { recursive: true });
  if (existsSync(log) && statSync(log).size > LOG_LIMIT) renameSync(log, `${log}.1`);
  const file = openSync(log, 'a');
  const from = fstatSync(file).size;
  let child: ChildProcess;
  try {
    child = spawn(command, args, {
      stdio: ['ignore', file, file],
      env: { ...process.env, ...env },
      cwd,
      detached: ownGroup,
      ...(as ?? {}),
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
  } catch (error) {
    throw new Obstacle(`${command} cannot be run: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  } finally {
    closeSync(file);
  }
  let alive = true;
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => {
      alive = false;
      resolve({ code, signal });
    });
  });
  const daemon: Daemon = {
    name,
    pid: child.pid ?? 0,
    command: [command, ...args],
    exited,
    get alive() {
      return alive;
    },
    lastWords: () => tail(log, from),
    async stop(signal = 'SIGTERM', grace = 10_000) {
      if (alive) child.kill(signal);
      const timer = setTimeout(() => alive && child.kill('SIGKILL'), grace);
      const exit = await exited;
      clearTimeout(timer);
      return exit;
    },
  };
  spawned?.(daemon);
  return daemon;
}

/**
 * Waits until `isReady` says so.
 * @throws {Obstacle} with its last words when the daemon ends before, or after `patience` milliseconds.
 */
export async function waitUntilReady(
  daemon: Daemon,
  isReady: () => Promise<boolean>,
  patience = 60_000,
): Promise<void> {
  const giveUp = performance.now() + patience;
  while (!(await isReady())) {
    if (!daemon.alive) {
      const words = daemon.lastWords();
      const cause = tellsOfFullDisk(words)
        ? 'The disk is full. Free some space and start again.'
        : `Its last words:\n${words}`;
      throw new Obstacle(`${daemon.name} ended while starting. ${cause}`);
    }
    if (performance.now() > giveUp)
      throw new Obstacle(
        `${daemon.name} is not ready after ${patience / 1000} s. Its last words:\n${daemon.lastWords()}`,
      );
    await Promise.race([sleep(100), daemon.exited]);
  }
}

function tail(path: string, from: number, limit = 2000): string {
  // Someone may have cleared the logs.
  if (!existsSync(path)) return '';
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const start = Math.max(from, size - limit);
    const buffer = Buffer.alloc(Math.max(0, size - start));
    readSync(file, buffer, 0, buffer.length, start);
    return buffer.toString('utf8').trim();
  } finally {
    closeSync(file);
  }
}
