/** The API's process: settings, database, owner, port; stops in order. */
import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import { systemClock } from '../db/clock.ts';
import { connect, migrate } from '../db/connect.ts';
import { secretsFrom } from '../db/secrets.ts';
import { readSettings, type Settings, SettingsError } from '../engine/settings.ts';
import { checkTemporal } from '../workflows/client.ts';
import { createApp } from './app.ts';
import { type Accounts, accountsOf } from './auth/accounts.ts';
import { demoHere } from './demo.ts';
import type { Deps } from './env.ts';
import { liveFrom } from './live.ts';
import { faultOf, loggerOf } from './log.ts';
import { problemOf } from './problems.ts';
import { builtUi } from './static.ts';

const retryMs = 1000;

/** Postgres may still be starting: tries until it answers. */
async function untilReachable(work: () => Promise<unknown>, log: Deps['log']): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (problemOf(error)?.code !== 'unavailable') throw error;
      log.warn(faultOf(error), 'waiting for the database');
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}

/** OWNER_EMAIL and OWNER_PASSWORD stand for a visit to the set-up page. */
async function ensureOwner(
  accounts: Accounts,
  { OWNER_EMAIL: email, OWNER_PASSWORD: password }: Settings,
): Promise<void> {
  if (!email || !password || !(await accounts.needsOwner())) return;
  await accounts.createOwner({ name: email.split('@')[0] ?? email, email, password }, {});
}

function required(settings: Settings): { databaseUrl: string; secretKey: string } {
  const problems = [
    ...(settings.DATABASE_URL ? [] : [{ name: 'DATABASE_URL', message: 'is not set' }]),
    ...(settings.SECRET_KEY ? [] : [{ name: 'SECRET_KEY', message: 'is not set' }]),
  ];
  if (!settings.DATABASE_URL || !settings.SECRET_KEY) throw new SettingsError(problems);
  return { databaseUrl: settings.DATABASE_URL, secretKey: settings.SECRET_KEY };
}

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const { databaseUrl, secretKey } = required(settings);
  const log = loggerOf(settings.LOG_LEVEL);
  const db = connect(databaseUrl, {
    name: 'tendril-api',
    prepare: settings.DATABASE_DIRECT_URL === undefined,
  });
  await untilReachable(() => migrate(db), log);
  const secrets = secretsFrom(secretKey);
  const accounts = accountsOf(db, systemClock, {
    publicUrl: settings.publicUrl,
    secret: secrets.sign('sessions', 'v1'),
    trustedProxies: settings.TRUSTED_PROXIES,
  });
  await ensureOwner(accounts, settings);
  const live = liveFrom(settings.DATABASE_DIRECT_URL ?? databaseUrl);
  const app = createApp({
    db,
    clock: systemClock,
    secrets,
    settings,
    accounts,
    live,
    log,
    demo: demoHere(),
    temporal: () => checkTemporal(settings),
  });
  app.use(...builtUi(fileURLToPath(new URL('../dist/ui', import.meta.url))));

  const server = serve(
    { fetch: app.fetch, port: settings.PORT, hostname: settings.HOST },
    ({ address, port }) => log.info({ address, port }, 'listening'),
  );
  server.on('error', (error: NodeJS.ErrnoException) => {
    const sentence =
      error.code === 'EADDRINUSE'
        ? `Port ${settings.PORT} is taken by another program. Set PORT to another one.`
        : error.message;
    console.error(sentence);
    process.exit(1);
  });

  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    // Streams never end by themselves; requests get a moment.
    const force = setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), 1000);
    void live.close().finally(() => {
      server.close(() => {
        clearTimeout(force);
        void db.destroy().finally(() => process.exit(0));
      });
      if ('closeIdleConnections' in server) server.closeIdleConnections();
    });
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
