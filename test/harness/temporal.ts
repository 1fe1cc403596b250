/** Temporal for tests: the real dev server in a temporary folder, and the server that skips time. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { findProgram } from '../../local/binaries.ts';
import { leashChildren, leashed } from '../../local/leash.ts';
import { freePort } from '../../local/ports.ts';
import { type RunningTemporal, startTemporal } from '../../local/temporal.ts';

export interface RealTemporal {
  /** host:port; stays the same over kill and restart. */
  address: string;
  /** Folder of `temporal.db`. */
  dir: string;
  /** The process that serves it now. */
  pid(): number;
  /** SIGKILL, as a crash would. Resolves when the process is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same store and port, killing it first if it runs. */
  restart(): Promise<void>;
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

export async function realTemporal({
  dynamicConfig = [],
}: {
  dynamicConfig?: readonly string[];
} = {}): Promise<RealTemporal> {
  const program = await findProgram('temporal');
  const dir = mkdtempSync(join(tmpdir(), 'tendril-test-temporal-'));
  const port = await freePort();
  const start = () =>
    startTemporal({
      program,
      dir,
      port,
      log: join(dir, 'temporal.log'),
      spawned: leashed(dir),
      say: () => {},
      dynamicConfig,
    });
  let server: RunningTemporal = await start();
  // A test file that dies takes its server along.
  const onExit = () => server.alive && process.kill(server.pid, 'SIGKILL');
  process.once('exit', onExit);
  return {
    address: `127.0.0.1:${port}`,
    dir,
    pid: () => server.pid,
    async kill() {
      await server.stop('SIGKILL');
    },
    async restart() {
      await server.stop('SIGKILL');
      server = await start();
    },
    async stop() {
      process.removeListener('exit', onExit);
      await server.stop('SIGKILL');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** An environment whose clock jumps to the next timer; end it with `teardown()`. */
export async function timeSkipping(): Promise<TestWorkflowEnvironment> {
  const path = await findProgram('temporal-test-server');
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
  leashChildren(path);
  return environment;
}
