/** A whole town for fault tests: Postgres, Temporal, API and worker as processes of their own, to be killed. */
import { createHmac, randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { connect, type Db, migrate } from '../../db/connect.ts';
import { newId } from '../../db/id.ts';
import { secretsFrom } from '../../db/secrets.ts';
import { type Daemon, launch } from '../../local/daemon.ts';
import { leashed } from '../../local/leash.ts';
import { type RunningPostgres, startPostgres } from '../../local/postgres.ts';
import { type FakeResend, fakeResend } from './fake-resend.ts';
import { quietPort } from './quiet-port.ts';
import { type RealTemporal, realTemporal } from './temporal.ts';

export type Part = 'worker' | 'api' | 'temporal' | 'postgres';
export const parts: readonly Part[] = ['worker', 'api', 'temporal', 'postgres'];

export interface Town {
  db: Db;
  url: string;
  /** Where the API and the app answer, without a slash at the end. */
  address: string;
  /** Stands idle where mail goes to the catcher. */
  provider: FakeResend;
  temporal: RealTemporal;
  /** SIGKILL, then started again after `downMs`. */
  kill(part: Part, downMs?: number): Promise<void>;
  stop(part: Part): Promise<void>;
  start(part: Part): Promise<void>;
  /** SIGKILL for the nth of several workers, from 0; the others go on. Answers its pid. */
  killWorker(nth: number): Promise<number>;
  /** Starts the nth worker again. */
  startWorker(nth: number): Promise<void>;
  /** Stores a Greenhouse source and answers how to post to it: the status, or 0 when nobody answered. */
  greenhouse(): Promise<(body: unknown, eventId?: string) => Promise<{ status: number; eventId: string }>>;
  end(): Promise<void>;
}

const secretKey = 'a secret key for fault tests, long enough';
const root = fileURLToPath(new URL('../../', import.meta.url));

export async function startTown({
  workers = 1,
  mail = 'provider',
  settings = {},
}: {
  workers?: number;
  /** Over what a town has anyway. */
  settings?: Record<string, string>;
  /** To the stand-in for the provider, or into the app's own mail catcher. */
  mail?: 'provider' | 'catcher';
} = {}): Promise<Town> {
  const dir = mkdtempSync(join(tmpdir(), 'tendril-town-'));
  chmodSync(dir, 0o755);
  const [postgresPort, apiPort] = [await quietPort(), await quietPort()];
  const provider = await fakeResend();
  const temporal = await realTemporal();
  const openPostgres = () =>
    startPostgres({
      dir: join(dir, 'postgres'),
      port: postgresPort,
      password: 'town',
      spawned: leashed(dir),
      say: () => {},
    });
  let postgres: RunningPostgres = await openPostgres();
  const client = new pg.Client({ connectionString: postgres.url('postgres') });
  await client.connect();
  await client.query('create database tendril');
  await client.end();
  const url = postgres.url('tendril');
  const db = connect(url, { max: 5, name: 'tendril test' });
  await migrate(db);

  const address = `http://127.0.0.1:${apiPort}`;
  const env = {
    ...process.env,
    NODE_ENV: 'production',
    DATABASE_URL: url,
    TEMPORAL_ADDRESS: temporal.address,
    SECRET_KEY: secretKey,
    PORT: String(apiPort),
    PUBLIC_URL: address,
    MAIL_FROM: 'Halden Robotics <hello@jobs.example>',
    RESEND_API_KEY: mail === 'provider' ? provider.apiKey : '',
    RESEND_BASE_URL: provider.url,
    RESEND_WEBHOOK_SECRET: provider.webhookSecret,
    RESEND_RATE: '50',
    LOG_LEVEL: 'warn',
    ...settings,
  };
  const run = (name: string, file: string) =>
    launch({
      name,
      command: process.execPath,
      args: [join(root, file)],
      env,
      cwd: root,
      log: join(dir, `${name}.log`),
      spawned: leashed(dir),
    });
  const runWorker = (nth: number) => run(`worker${nth}`, 'workflows/worker.ts');
  const daemons: Record<'api' | 'worker', Daemon[]> = { api: [], worker: [] };

  const start = async (part: Part) => {
    if (part === 'postgres') postgres = await openPostgres();
    else if (part === 'temporal') await temporal.restart();
    else if (part === 'api') daemons.api = [await run('api', 'api/server.ts')];
    else daemons.worker = await Promise.all(Array.from({ length: workers }, (_, nth) => runWorker(nth)));
  };
  const stop = async (part: Part) => {
    if (part === 'postgres') await postgres.daemon.stop('SIGKILL');
    else if (part === 'temporal') await temporal.kill();
    else await Promise.all(daemons[part].map((daemon) => daemon.stop('SIGKILL')));
  };
  // A test run that is cut short takes its town along.
  const onExit = () => {
    for (const daemon of [...daemons.api, ...daemons.worker, postgres.daemon])
      if (daemon.alive) process.kill(daemon.pid, 'SIGKILL');
  };
  process.once('exit', onExit);
  const end = async () => {
    process.removeListener('exit', onExit);
    await Promise.all([stop('api'), stop('worker')]);
    await db.destroy();
    await temporal.stop();
    await postgres.stop();
    await provider.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  try {
    await start('api');
    await start('worker');
    await eventually('the API listens', async () => (await fetch(`${address}/healthz`)).status > 0, 60);
  } catch (error) {
    const log = existsSync(join(dir, 'api.log'))
      ? readFileSync(join(dir, 'api.log'), 'utf8').slice(-2000)
      : '';
    await end();
    throw new Error(`The town could not be started. Its API's last words:\n${log}`, { cause: error });
  }

  return {
    db,
    url,
    address,
    provider,
    temporal,
    start,
    stop,
    async kill(part, downMs = 300) {
      await stop(part);
      await new Promise((resolve) => setTimeout(resolve, downMs));
      await start(part);
    },
    async killWorker(nth) {
      const worker = daemons.worker[nth];
      if (!worker?.alive) throw new RangeError(`No worker ${nth} runs here.`);
      await worker.stop('SIGKILL');
      return worker.pid;
    },
    async startWorker(nth) {
      if (daemons.worker[nth]?.alive) throw new RangeError(`Worker ${nth} still runs.`);
      daemons.worker[nth] = await runWorker(nth);
    },
    async greenhouse() {
      const secret = 'greenhouse-secret';
      const key = `greenhouse-${randomUUID()}`;
      await db
        .insertInto('source')
        .values({
          id: newId(),
          key,
          kind: 'greenhouse',
          name: 'Greenhouse',
          secret_sealed: secretsFrom(secretKey).seal(secret),
          created_at: new Date(),
        })
        .execute();
      return async (given, eventId = randomUUID()) => {
        const body = JSON.stringify(given);
        const signature = `sha256 ${createHmac('sha256', secret).update(body).digest('hex')}`;
        try {
          const answer = await fetch(`${address}/hooks/${key}`, {
            method: 'POST',
            body,
            headers: { 'content-type': 'application/json', signature, 'greenhouse-event-id': eventId },
            signal: AbortSignal.timeout(5000),
          });
          await answer.arrayBuffer();
          return { status: answer.status, eventId };
        } catch {
          return { status: 0, eventId };
        }
      };
    },
    end,
  };
}

/** As a job board does: sends again, under the same id, until it was accepted. */
export async function insist(post: Awaited<ReturnType<Town['greenhouse']>>, body: unknown): Promise<void> {
  let eventId: string | undefined;
  for (;;) {
    const answer = await post(body, eventId);
    if (answer.status === 202 || answer.status === 200) return;
    eventId = answer.eventId;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Looks until it is so; a database that is away counts as not yet. */
export async function eventually(what: string, done: () => Promise<boolean>, seconds = 150): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  let last: unknown;
  while (performance.now() < deadline) {
    try {
      if (await done()) return;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`Waited in vain: ${what}.`, { cause: last });
}
