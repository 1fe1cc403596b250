/** What `npm start` takes while nobody does anything: every process it started (Linux). */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { launch } from '../../local/daemon.ts';
import { root } from '../../local/paths.ts';
import { freePort } from '../../local/ports.ts';
import { atMost, type Bench, noted, type Row } from './report.ts';
import { median, until } from './rounds.ts';

const idleMs = 30_000;
const looks = 3;
const up = join(root, 'local', 'up.ts');

interface Process {
  pid: number;
  args: string;
}

/** A process and all that descend from it. */
function familyOf(ancestor: number): Process[] {
  const all = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => {
      const [pid, parent, ...words] = line.trim().split(/\s+/);
      return { pid: Number(pid), parent: Number(parent), args: words.join(' ') };
    });
  const family = new Set([ancestor]);
  for (let before = 0; before < family.size; ) {
    before = family.size;
    for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
  }
  return all.filter(({ pid }) => family.has(pid));
}

/** Megabytes. What several of them map counts once; who else on this machine maps it, too, does not matter. */
function memoryOf(processes: readonly Process[]): number {
  let own = 0;
  const shared = new Map<string, number>();
  for (const { pid } of processes) {
    for (const [mapping, pages] of mappingsOf(pid)) {
      own += pages.own;
      shared.set(mapping, Math.max(shared.get(mapping) ?? 0, pages.shared));
    }
  }
  return (own + [...shared.values()].reduce((sum, kilobytes) => sum + kilobytes, 0)) / 1024;
}

interface Pages {
  /** Kilobytes in memory. */
  own: number;
  shared: number;
}

/** What a process has in memory, by what it is mapped from (Linux). One that has ended has nothing. */
function mappingsOf(pid: number): Map<string, Pages> {
  const mappings = new Map<string, Pages>();
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/smaps`, 'utf8');
  } catch {
    return mappings;
  }
  let pages: Pages = { own: 0, shared: 0 };
  for (const line of text.split('\n')) {
    const header = /^([0-9a-f]+)-[0-9a-f]+ \S+ ([0-9a-f]+) (\S+) (\d+)/.exec(line);
    if (header) {
      const [, from, offset, device, inode] = header;
      // Anonymous memory is shared only after a fork, at the same address.
      const mapping = inode === '0' ? `${from}` : `${device} ${inode} ${offset}`;
      pages = mappings.get(mapping) ?? { own: 0, shared: 0 };
      mappings.set(mapping, pages);
      continue;
    }
    const [, kind, kilobytes] = /^(Private|Shared)_(?:Clean|Dirty):\s+(\d+) kB/.exec(line) ?? [];
    if (kind === 'Private') pages.own += Number(kilobytes);
    else if (kind === 'Shared') pages.shared += Number(kilobytes);
  }
  return mappings;
}

function partOf({ args }: Process): string {
  if (args.includes('api/server.ts')) return 'API';
  if (args.includes('workflows/worker.ts')) return 'worker';
  if (args.includes('start-dev')) return 'Temporal';
  if (args.includes('postgres')) return 'Postgres';
  return 'npm start itself';
}

async function weighing(): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'tendril-bench-start-'));
  chmodSync(dir, 0o755);
  const port = await freePort();
  const npm = await launch({
    name: 'npm start',
    command: 'npm',
    args: ['start'],
    env: {
      // An installation of its own, whatever this shell is set to.
      DATABASE_URL: '',
      TEMPORAL_ADDRESS: '',
      PUBLIC_URL: '',
      DATA_DIR: join(dir, 'data'),
      PORT: String(port),
    },
    cwd: root,
    log: join(dir, 'start.log'),
    ownGroup: true,
  });
  try {
    await until('everything is healthy', async () => {
      if (!npm.alive) throw new Error(npm.lastWords());
      return (await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null))?.status === 200;
    });
    await sleep(idleMs);
    const seen: { all: number; parts: [string, number][] }[] = [];
    for (let look = 0; look < looks; look++) {
      const family = familyOf(npm.pid);
      const parts = Map.groupBy(family, partOf);
      seen.push({
        all: memoryOf(family),
        parts: [...parts].map(([part, processes]) => [part, memoryOf(processes)]),
      });
      await sleep(2000);
    }
    const middle = median(seen.map((one) => one.all));
    const parts = seen.find((one) => one.all === middle)?.parts ?? [];
    return [
      ...parts.map(([part, megabytes]) => noted(part, megabytes, 'MB')),
      atMost('npm start, idle, every process', middle, 900, 'MB', ''),
    ];
  } finally {
    // Not npm: it need not hand the signal on to what its shell started.
    for (const { pid, args } of familyOf(npm.pid)) if (args.endsWith(up)) process.kill(pid, 'SIGTERM');
    await Promise.race([npm.exited, sleep(30_000)]);
    await npm.stop('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  }
}

export const memory: Bench = {
  name: 'memory',
  about: `npm start on an empty database, ${idleMs / 1000} s after it became healthy`,
  run: weighing,
};
