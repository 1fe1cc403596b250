/** Pid files that prove a process is ours: a pid alone may long belong to another. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProcessRecord {
  pid: number;
  /** When the process began, in whatever unit this system tells it; equal only for the same process. */
  started: string;
  command: string[];
}

/** When the process with this pid began; null when there is none. */
export function startOf(pid: number): string | null {
  try {
    if (process.platform === 'linux') {
      // The command's name, in parentheses, may hold spaces; the start time is the 20th field after it.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (fields[0] === 'Z') return null;
      return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19]}`;
    }
    if (process.platform === 'win32') {
      process.kill(pid, 0);
      return 'alive';
    }
    return (
      execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim() || null
    );
  } catch {
    return null;
  }
}

export const isRunning = (record: Pick<ProcessRecord, 'pid' | 'started'>): boolean =>
  startOf(record.pid) === record.started;

/** The pid files of one installation: `<dir>/<name>.json`. */
export class ProcessRecords {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
    mkdirSync(dir, { recursive: true });
  }

  write<Extra extends object>(name: string, pid: number, command: string[], extra?: Extra): void {
    const started = startOf(pid);
    if (started === null) return;
    const record: ProcessRecord = { pid, started, command };
    const path = join(this.dir, `${name}.json`);
    writeFileSync(`${path}.new`, `${JSON.stringify({ ...record, ...extra }, null, 2)}\n`);
    renameSync(`${path}.new`, path);
  }

  remove(name: string): void {
    for (const suffix of ['', '.new']) rmSync(join(this.dir, `${name}.json${suffix}`), { force: true });
  }

  /** The record of that name; null when there is none that can be read. */
  read<Extra extends object>(name: string): (ProcessRecord & Partial<Extra>) | null {
    const path = join(this.dir, `${name}.json`);
    if (!existsSync(path)) return null;
    try {
      return JSON.parse(readFileSync(path, 'utf8')) as ProcessRecord & Partial<Extra>;
    } catch {
      return null;
    }
  }

  /** The record of that name, if its process still runs. */
  running<Extra extends object>(name: string): (ProcessRecord & Partial<Extra>) | null {
    const record = this.read<Extra>(name);
    return record && isRunning(record) ? record : null;
  }
}

/** Ends a process that is not our child. Resolves when it is gone; `grace` is in milliseconds. */
export async function endProcess(
  record: ProcessRecord,
  signal: NodeJS.Signals = 'SIGTERM',
  grace = 10_000,
): Promise<void> {
  const kill = (with_: NodeJS.Signals) => {
    if (!isRunning(record)) return;
    try {
      process.kill(record.pid, with_);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  };
  kill(signal);
  const killAt = performance.now() + grace;
  while (isRunning(record)) {
    if (performance.now() > killAt) kill('SIGKILL');
    await sleep(50);
  }
}
