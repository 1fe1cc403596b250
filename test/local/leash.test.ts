import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Daemon, launch } from '../../local/daemon.ts';
import { endLeftServers, leashChildren, leashed } from '../../local/leash.ts';
import { ProcessRecords, startOf } from '../../local/process-records.ts';

let dir: string;
let servers: Daemon[];
const records = () => new ProcessRecords(join(dir, 'records'));
const server = async (spawned?: (daemon: Daemon) => void) => {
  const daemon = await launch({
    name: 'server',
    command: process.execPath,
    args: ['-e', 'setInterval(() => {}, 1000)'],
    log: join(dir, 'log'),
    spawned,
  });
  servers.push(daemon);
  return daemon;
};
const gone = () =>
  new Promise<{ pid: number; started: string }>((resolve) => {
    const child = spawn(process.execPath, ['-e', '']);
    const owner = { pid: child.pid ?? 0, started: startOf(child.pid ?? 0) ?? '' };
    child.once('close', () => resolve(owner));
  });

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tendril-leash-test-'));
  servers = [];
});
afterEach(async () => {
  for (const daemon of servers) await daemon.stop('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
});

it('leaves the servers of a test run that lives alone, and forgets those that have ended', async () => {
  const daemon = await server(leashed(dir, records().dir));
  await endLeftServers(records().dir);
  expect(daemon.alive).toBe(true);
  await daemon.stop('SIGKILL');
  expect(readdirSync(records().dir)).toEqual([]);
});

it('ends the server of a test run that was killed, and clears its folder', async () => {
  const daemon = await server();
  const folder = join(dir, 'store');
  mkdirSync(folder);
  records().write('left', daemon.pid, daemon.command, { owner: await gone(), folder });
  await endLeftServers(records().dir);
  expect(await daemon.exited).toEqual({ code: null, signal: 'SIGKILL' });
  expect(existsSync(folder)).toBe(false);
  expect(readdirSync(records().dir)).toEqual([]);
});

it('never ends a stranger that got the pid of a server which is gone', async () => {
  const stranger = await server();
  const record = { pid: stranger.pid, started: `${startOf(stranger.pid)}0`, command: [] };
  writeFileSync(join(records().dir, 'left.json'), JSON.stringify({ ...record, owner: await gone() }));
  await endLeftServers(records().dir);
  expect(readdirSync(records().dir)).toEqual([]);
  expect(startOf(stranger.pid)).not.toBeNull();
});

it('notes a server that a library started for us, on systems that list processes', async () => {
  const daemon = await server();
  leashChildren(process.execPath, records().dir);
  const noted = records().read(String(daemon.pid));
  expect(noted?.started ?? null).toBe(existsSync('/proc/self/stat') ? startOf(daemon.pid) : null);
});
