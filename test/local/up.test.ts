import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isRunning, type ProcessRecord, startOf } from '../../local/process-records.ts';
import { quietPort } from '../harness/quiet-port.ts';

interface Run {
  process: ChildProcess;
  output(): string;
  code: Promise<number | null>;
}

const script = join(import.meta.dirname, 'fixtures', 'up.ts');
const parts = ['postgres', 'temporal', 'api', 'worker'];
let folder: string;
let dataDir: string;
let port: number;
let runs: Run[];

function start(command = process.execPath, args = [script]): Run {
  const child = spawn(command, args, {
    env: {
      ...process.env,
      DATA_DIR: dataDir,
      PORT: String(port),
      DATABASE_URL: '',
      TEMPORAL_ADDRESS: '',
      RESEND_API_KEY: '',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk;
    });
  }
  const run = {
    process: child,
    output: () => output,
    code: new Promise<number | null>((resolve) => child.once('close', resolve)),
  };
  runs.push(run);
  return run;
}

const record = (name: string): ProcessRecord =>
  JSON.parse(readFileSync(join(dataDir, 'run', `${name}.json`), 'utf8'));
const hasRecord = (name: string) => existsSync(join(dataDir, 'run', `${name}.json`));
const log = (name: string) => readFileSync(join(dataDir, 'logs', `${name}.log`), 'utf8');
const isHealthy = () =>
  fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(3000) }).then(
    ({ ok }) => ok,
    () => false,
  );

async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  patience = 30_000,
): Promise<void> {
  const giveUp = performance.now() + patience;
  while (!(await holds())) {
    if (performance.now() > giveUp)
      throw new Error(
        `Not within ${patience} ms: ${what}. Said:\n${runs.map((run) => run.output()).join('\n--\n')}`,
      );
    await sleep(50);
  }
}

async function startUp(): Promise<Run> {
  const run = start();
  await until('the address is printed', () =>
    run.output().includes(`Tendril runs at http://localhost:${port}`),
  );
  return run;
}

beforeEach(async () => {
  folder = dataDir = mkdtempSync(join(tmpdir(), 'tendril-up-test-'));
  chmodSync(dataDir, 0o755);
  port = await quietPort();
  runs = [];
});
afterEach(async () => {
  for (const { process: child, code } of runs) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await code;
  }
  for (const name of parts.filter(hasRecord)) {
    if (isRunning(record(name))) process.kill(record(name).pid, 'SIGKILL');
  }
  await sleep(100);
  rmSync(folder, { recursive: true, force: true });
});

describe('npm start', { timeout: 120_000 }, () => {
  it('starts everything, says where, and a second start only points there', async () => {
    const first = await startUp();
    expect(await isHealthy()).toBe(true);
    expect(first.output()).toContain(`http://localhost:${port}/mail`);
    const second = start();
    expect(await second.code).toBe(0);
    expect(second.output()).toContain(`already running at http://localhost:${port}`);
    expect(await isHealthy()).toBe(true);
  });

  it('stops everything on Ctrl-C and leaves no process behind', async () => {
    const run = await startUp();
    const before = parts.map(record);
    expect(before.every(isRunning)).toBe(true);
    run.process.kill('SIGINT');
    run.process.kill('SIGINT');
    expect(await run.code).toBe(0);
    expect(before.filter(isRunning)).toEqual([]);
  });

  it('goes on when nobody reads what it says any more, and stops everything when the terminal is closed', async () => {
    const run = await startUp();
    const before = parts.map(record);
    run.process.stdout?.destroy();
    run.process.stderr?.destroy();
    process.kill(record('api').pid, 'SIGKILL');
    await until('the API is back', () => isRunning(record('api')) && record('api').pid !== before[2]?.pid);
    await until('it is healthy', isHealthy);
    run.process.kill('SIGHUP');
    expect(await run.code).toBe(0);
    expect([...before, ...parts.filter(hasRecord).map(record)].filter(isRunning)).toEqual([]);
  });

  it('runs once when started several times at the same moment', async () => {
    const started = [start(), start(), start()];
    await until('one runs', () => started.some((run) => run.output().includes('Tendril runs at')));
    const codes = await Promise.all(started.map(({ code }) => Promise.race([code, sleep(2000, 'runs')])));
    expect(codes.toSorted()).toEqual([0, 0, 'runs']);
    expect(await isHealthy()).toBe(true);
  });

  it('keeps everything inside the data folder, however that is called', async () => {
    const parent = dataDir;
    dataDir = join(parent, `a folder, “odd”? #1 & 100% ${'long'.repeat(30)}`);
    await startUp();
    expect(existsSync(join(dataDir, 'temporal.db'))).toBe(true);
    expect(readdirSync(parent)).toHaveLength(1);
  });

  it('stops everything when what started it is killed', async () => {
    const shell = start('sh', ['-c', `"${process.execPath}" "${script}"; exit $?`]);
    await until('it runs', () => shell.output().includes('Tendril runs at'));
    const before = [...parts, 'up'].map(record);
    shell.process.kill('SIGKILL');
    await until('all are gone', () => !before.some(isRunning));
  });

  it.each(parts)('starts %s again after kill -9, and everything answers again', async (name) => {
    const run = await startUp();
    const before = record(name);
    process.kill(before.pid, 'SIGKILL');
    await until(
      'another process',
      () => !isRunning(before) && record(name).pid !== before.pid && isRunning(record(name)),
    );
    await until('it is healthy', isHealthy);
    expect(run.output()).toMatch(/was ended by SIGKILL\. Starting it again in 0\.5 s\./);
  });

  it('clears what a killed supervisor left running, and starts anew on the same data', async () => {
    const run = await startUp();
    const left = parts.map(record);
    const secrets = readFileSync(join(dataDir, 'secrets.json'), 'utf8');
    run.process.kill('SIGKILL');
    await run.code;
    expect(left.every(isRunning)).toBe(true);
    const next = await startUp();
    expect(next.output()).toContain('was left by an earlier start; stopping it.');
    expect(left.filter(isRunning)).toEqual([]);
    expect(readFileSync(join(dataDir, 'secrets.json'), 'utf8')).toBe(secrets);
  });

  it('starts the worker again when Temporal comes back with an empty store, so that it looks at it anew', async () => {
    await startUp();
    await until('the worker started', () => log('worker') === 'started\n');
    for (const suffix of ['', '-wal', '-shm']) rmSync(join(dataDir, `temporal.db${suffix}`), { force: true });
    process.kill(record('temporal').pid, 'SIGKILL');
    await until('the worker started again', () => log('worker') === 'started\n'.repeat(2));
    await until('it is healthy', isHealthy);
  });

  it('names the port that is taken, and how to choose another', async () => {
    const squatter = createServer().listen(port, '127.0.0.1');
    const run = start();
    expect(await run.code).toBe(1);
    expect(run.output()).toContain(`Port ${port} is taken by another program. Choose another one with PORT`);
    squatter.close();
  });

  it.each([
    ['HOST=192.0.2.1', 'HOST is 192.0.2.1, which is no address of this machine'],
    [`DATA_DIR=${script}`, `A file stands where a folder is needed (${script}`],
    [`DATA_DIR=${script}/data`, `A file stands where a folder is needed (${script}/data`],
  ])('says what is wrong with %s', async (setting, sentence) => {
    const run = start('env', [setting, process.execPath, script]);
    expect(await run.code).toBe(1);
    expect(run.output()).toMatch(/^\n.*\n$/);
    expect(run.output()).toContain(sentence);
  });

  it('names a setting that cannot be used', async () => {
    const run = start('env', ['MAIL_FROM=x', process.execPath, script]);
    expect(await run.code).toBe(1);
    expect(run.output()).toMatch(/^\nMAIL_FROM /);
  });
});

describe('pid files', () => {
  it('do not take a later process with the same pid for ours', () => {
    const started = startOf(process.pid) ?? '';
    expect(isRunning({ pid: process.pid, started })).toBe(true);
    expect(isRunning({ pid: process.pid, started: `${started}0` })).toBe(false);
  });
});
