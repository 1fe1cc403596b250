/** The servers that tests start are written down while they run: the next run ends what a killed one left behind. */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Daemon } from './daemon.ts';
import { root } from './paths.ts';
import { endProcess, isRunning, type ProcessRecord, ProcessRecords, startOf } from './process-records.ts';

interface Leash {
  /** The process that tests run in, and that ends the server if it can. */
  owner: Pick<ProcessRecord, 'pid' | 'started'>;
  /** What the server leaves on disk; empty: nothing. */
  folder: string;
}

const home = join(root, '.data', 'test-servers');

/** For `spawned` of whatever starts a server. */
export function leashed(folder: string, dir = home): (daemon: Daemon) => void {
  const records = new ProcessRecords(dir);
  const owner = { pid: process.pid, started: startOf(process.pid) ?? '' };
  return ({ pid, command, exited }) => {
    records.write<Leash>(String(pid), pid, command, { owner, folder });
    void exited.then(() => records.remove(String(pid)));
  };
}

/** Notes the servers that a library started for us from `program`, where the system lets us see them (Linux). */
export function leashChildren(program: string, dir = home): void {
  if (!existsSync('/proc/self/stat')) return;
  const records = new ProcessRecords(dir);
  const owner = { pid: process.pid, started: startOf(process.pid) ?? '' };
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const command = read(`/proc/${pid}/cmdline`).split('\0').slice(0, -1);
    const parent = / \((?:.*)\) \S (\d+) /s.exec(read(`/proc/${pid}/stat`))?.[1];
    if (command[0] !== program || Number(parent) !== process.pid) continue;
    records.write<Leash>(pid, Number(pid), command, { owner, folder: '' });
  }
}

/** Empty when the process has just ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Ends the servers whose test run is gone, proven by when both began, and clears their folders. */
export async function endLeftServers(dir = home): Promise<void> {
  if (!existsSync(dir)) return;
  const records = new ProcessRecords(dir);
  for (const file of readdirSync(dir).filter((name) => name.endsWith('.json'))) {
    const name = file.slice(0, -'.json'.length);
    const left = records.read<Leash>(name);
    if (!left?.owner || isRunning(left.owner)) continue;
    await endProcess(left, 'SIGKILL');
    if (left.folder) rmSync(left.folder, { recursive: true, force: true });
    records.remove(name);
  }
}
