import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Daemon, launch } from '../../local/daemon.ts';
import { ProcessRecords } from '../../local/process-records.ts';
import { type Part, Supervisor } from '../../local/supervisor.ts';

let dir: string;
let daemons: Daemon[];
let said: string[];

/** A part that runs `code` on Node. */
const part = (code: string): Part => ({
  name: 'clerk',
  title: 'The clerk',
  start: (spawned) =>
    launch({
      name: 'The clerk',
      command: process.execPath,
      args: ['-e', code],
      log: join(dir, 'logs', 'clerk.log'),
      spawned: (daemon) => {
        daemons.push(daemon);
        spawned(daemon);
      },
    }),
});
const supervise = (records = new ProcessRecords(join(dir, 'run'))) =>
  new Supervisor({ records, say: (sentence) => said.push(sentence), backoff: () => 0 });

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tendril-supervisor-test-'));
  daemons = [];
  said = [];
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('the supervisor', () => {
  it('leaves no process running whose pid file could not be written', async () => {
    class FullDisk extends ProcessRecords {
      override write(): void {
        throw Object.assign(new Error('write'), { code: 'ENOSPC' });
      }
    }
    const supervisor = supervise(new FullDisk(join(dir, 'run')));
    await expect(supervisor.start(part('setInterval(() => {}, 1000)'))).rejects.toThrow();
    expect(daemons).toHaveLength(1);
    expect(await daemons[0]?.exited).toEqual({ code: null, signal: 'SIGKILL' });
    await supervisor.stop();
  });

  it('starts a part again although its log was cleared away', async () => {
    const supervisor = supervise();
    const clearsAndFails = `require('node:fs').rmSync(${JSON.stringify(join(dir, 'logs'))}, { recursive: true }); process.exit(3)`;
    await supervisor.start(part(clearsAndFails));
    await expect.poll(() => daemons.length, { timeout: 20_000 }).toBeGreaterThan(1);
    await supervisor.stop();
    expect(said[0]).toBe('The clerk ended with code 3. Starting it again in 0 s.');
  });

  it('says so when a part ended because the disk is full', async () => {
    const supervisor = supervise();
    await supervisor.start(part("console.error('write: No space left on device'); process.exit(1)"));
    await expect.poll(() => said.length, { timeout: 20_000 }).toBeGreaterThan(0);
    await supervisor.stop();
    expect(said[0]).toBe('The clerk ended: the disk is full. Starting it again in 0 s.');
  });
});
