/** `npm start`: everything one machine needs, kept running until Ctrl-C. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readSettings, type Settings } from '../engine/settings.ts';
import { getLocal } from './http-get.ts';
import { innerPorts } from './inner-ports.ts';
import { tryLock } from './lock.ts';
import { apiPart, postgresPart, type Surroundings, temporalPart, titles, workerPart } from './parts.ts';
import { dataDirectory, root } from './paths.ts';
import { answers, hindrance, visitable } from './ports.ts';
import { ensureDatabase } from './postgres.ts';
import { ProcessRecords } from './process-records.ts';
import { runToEnd } from './run-to-end.ts';
import { readSecrets } from './secrets.ts';
import { main, Obstacle, say } from './sentence.ts';
import { endLeftovers, Supervisor } from './supervisor.ts';
import { buildUi } from './ui-build.ts';

export interface UpOptions {
  env?: Record<string, string | undefined>;
  /** The programs to run as the API and the worker. */
  scripts?: { api: string; worker: string };
  /** Brings the web app up to date. */
  build?: (say: (sentence: string) => void) => Promise<void>;
}

const ownScripts = { api: join(root, 'api', 'server.ts'), worker: join(root, 'workflows', 'worker.ts') };

/** Resolves when everything has been stopped again, or at once when it runs already. */
export async function up({
  env = process.env,
  scripts = ownScripts,
  build = buildUi,
}: UpOptions = {}): Promise<void> {
  const settings = readSettings(env);
  const dataDir = dataDirectory(env);
  mkdirSync(dataDir, { recursive: true });
  const records = new ProcessRecords(join(dataDir, 'run'));
  const lock = tryLock(join(dataDir, 'run', 'lock'));
  if (!lock) {
    const other = records.running<{ url: string }>('up');
    say(
      other
        ? `Tendril is already running at ${other.url} (process ${other.pid}).`
        : `Another start is busy with ${dataDir}. If it has just been stopped, try again in a moment.`,
    );
    return;
  }
  records.write('up', process.pid, process.argv, { url: settings.publicUrl });
  const supervisor = new Supervisor({ records, say });
  const stop = stopRequest();
  try {
    await Promise.race([
      start({ settings, dataDir, records, supervisor, scripts, build, env }),
      stop.requested,
    ]);
    await stop.requested;
    say('\nStopping …');
  } finally {
    stop.listenNoMore();
    await supervisor.stop();
    records.remove('up');
    lock.release();
  }
  say('Stopped.');
}

interface Start extends Required<UpOptions> {
  settings: Settings;
  dataDir: string;
  records: ProcessRecords;
  supervisor: Supervisor;
}

async function start({ settings, dataDir, records, supervisor, scripts, build, env }: Start): Promise<void> {
  await endLeftovers(records, titles, say);
  await mustListen(settings);
  const surroundings: Surroundings = {
    dataDir,
    ports: await innerPorts(dataDir),
    secrets: readSecrets(dataDir),
    say,
  };
  await build(say);

  const databaseUrl = settings.DATABASE_URL ?? (await ownDatabase(supervisor, surroundings));
  await migrateTo(databaseUrl);

  const temporal = settings.TEMPORAL_ADDRESS ? null : temporalPart(surroundings);
  if (temporal) {
    say('Starting Temporal …');
    await supervisor.start(temporal);
    // A worker notices another store when it connects, and then gives every open enrolment its clock again.
    temporal.onNewStore = () => void supervisor.restart('worker');
  }
  const childEnv = {
    ...env,
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: settings.TEMPORAL_ADDRESS ?? temporal?.address,
    SECRET_KEY: settings.SECRET_KEY ?? surroundings.secrets.secretKey,
    DATA_DIR: dataDir,
    PORT: String(settings.PORT),
    HOST: settings.HOST,
    PUBLIC_URL: settings.publicUrl,
  };
  say('Starting the API and the worker …');
  await supervisor.start(apiPart({ dataDir, script: scripts.api, env: childEnv, settings }));
  await supervisor.start(workerPart({ dataDir, script: scripts.worker, env: childEnv }));
  await untilHealthy(settings, dataDir);
  await welcome(settings, temporal?.ui ?? null);
}

async function mustListen({ PORT, HOST, PUBLIC_URL }: Settings): Promise<void> {
  const code =
    (await hindrance(PORT, HOST)) ??
    // Browsers look for “localhost” there first, and would show the other program.
    (HOST === '127.0.0.1' && !PUBLIC_URL && (await answers(PORT, '::1')) ? 'EADDRINUSE' : null);
  if (code === null) return;
  const another = `Choose another one with PORT, for example: PORT=${PORT < 1024 ? 3000 : PORT + 1} npm start`;
  if (code === 'EADDRINUSE') throw new Obstacle(`Port ${PORT} is taken by another program. ${another}`);
  if (code === 'EACCES') throw new Obstacle(`This user may not listen on port ${PORT}. ${another}`);
  throw new Obstacle(
    `HOST is ${HOST}, which is no address of this machine (${code}). Leave it away to listen on 127.0.0.1.`,
  );
}

async function ownDatabase(supervisor: Supervisor, surroundings: Surroundings): Promise<string> {
  const postgres = postgresPart(surroundings);
  say('Starting Postgres …');
  await supervisor.start(postgres);
  await ensureDatabase(postgres.url.replace(/tendril$/, 'postgres'), 'tendril');
  return postgres.url;
}

/** In another process, whose memory is free again afterwards. */
async function migrateTo(databaseUrl: string): Promise<void> {
  const { code } = await runToEnd(process.execPath, [join(root, 'local', 'migrate.ts')], {
    stdio: 'inherit',
    env: { ...process.env, DATABASE_URL: databaseUrl },
  });
  if (code !== 0)
    throw new Obstacle('The database could not be brought to the newest schema; nothing was started.');
}

/** Waits for `GET /healthz` to say that every part answers; after a minute it says which one does not. */
async function untilHealthy(settings: Settings, dataDir: string): Promise<void> {
  const giveUp = performance.now() + 60_000;
  for (;;) {
    const health = await getLocal(visitable(settings, '/healthz'));
    if (health?.status === 200) return;
    if (performance.now() > giveUp) {
      say(
        `Not everything answers yet (${health?.body ?? 'no answer from the API'}). The logs are in ${join(dataDir, 'logs')}.`,
      );
      return;
    }
    await sleep(200);
  }
}

async function welcome(settings: Settings, temporalUi: string | null): Promise<void> {
  const url = settings.publicUrl;
  const setup = await getLocal(visitable(settings, '/api/setup'));
  const needsOwner = setup?.status === 200 && JSON.parse(setup.body).needsOwner === true;
  say('');
  say(`Tendril runs at ${url}`);
  if (needsOwner) say('  Sign in      the first visit creates the owner’s account');
  else say(`  Sign in      ${settings.OWNER_EMAIL ? `as ${settings.OWNER_EMAIL}` : 'with your account'}`);
  say(
    settings.RESEND_API_KEY
      ? '  Email        goes out through Resend'
      : `  Email        is caught, none leaves this machine: ${url}/mail`,
  );
  if (temporalUi) say(`  Temporal     ${temporalUi}`);
  say('  Stop         Ctrl-C');
  say('');
}

interface StopRequest {
  requested: Promise<void>;
  listenNoMore(): void;
}

/** A signal, or the death of whoever started us, which would otherwise leave everything running unattended. */
function stopRequest(): StopRequest {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const { promise: requested, resolve } = Promise.withResolvers<void>();
  const ask = () => resolve();
  for (const signal of signals) process.on(signal, ask);
  const parent = process.ppid;
  const look = setInterval(() => process.ppid !== parent && resolve(), 1000);
  // The listeners stay: Ctrl-C reaches us twice, from the terminal and from what started us, and once is enough.
  return { requested, listenNoMore: () => clearInterval(look) };
}

if (import.meta.main) {
  await main(() => up());
  process.exit();
}
