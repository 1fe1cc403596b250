/** The worker process: every pump, the workflows' worker, and a pulse. Any number of them share the work. */
import { hostname } from 'node:os';
import { pathToFileURL } from 'node:url';
import { systemClock } from '../db/clock.ts';
import { connect } from '../db/connect.ts';
import { listen } from '../db/listen.ts';
import { workChannel } from '../db/notify.ts';
import { pulse } from '../db/queries/pulse.ts';
import { readSettings, type Settings, SettingsError } from '../engine/settings.ts';
import type { Context } from './context.ts';
import { houseOf } from './house.ts';
import { createLog, type Logger } from './log.ts';
import { allPumps } from './pumps/index.ts';
import { nameOf, startPump } from './pumps/pump.ts';
import { openLine } from './temporal.ts';
import { catcher } from './transports/catcher.ts';
import { resend } from './transports/resend.ts';

const pulseMs = 5000;

export interface RunningWorker {
  stop(): Promise<void>;
}

/** Starts everything and returns at once; what cannot be reached yet is tried again until it can. */
export function startWorker(settings: Settings & { DATABASE_URL: string }, log: Logger): RunningWorker {
  const db = connect(settings.DATABASE_URL, {
    max: 12,
    name: 'tendril worker',
    // A second address means that the first is a pooler's.
    prepare: settings.DATABASE_DIRECT_URL === undefined,
  });
  const context: Context = {
    db,
    clock: systemClock,
    house: houseOf(settings),
    log,
    triggerMaxAgeDays: settings.TRIGGER_MAX_AGE_DAYS,
  };
  const line = openLine(context, settings);
  const transport = settings.RESEND_API_KEY
    ? resend({
        apiKey: settings.RESEND_API_KEY,
        baseUrl: settings.RESEND_BASE_URL,
        perSecond: settings.RESEND_RATE,
        mailFrom: settings.MAIL_FROM,
      })
    : catcher(db);
  const pumps = allPumps({ context, provider: settings, transport, clocks: line.clocks }).map((work) =>
    startPump(work, log),
  );

  const listening = listen(settings.DATABASE_DIRECT_URL ?? settings.DATABASE_URL, workChannel, (payload) => {
    for (const pump of pumps) if (!payload || pump.name.startsWith(payload)) pump.poke();
  });

  const id = `${hostname()}:${process.pid}`;
  const beat = () =>
    void pulse(db, id).catch((error: unknown) => log.warn({ error: nameOf(error) }, 'no pulse'));
  beat();
  const beating = setInterval(beat, pulseMs);

  return {
    async stop() {
      clearInterval(beating);
      await Promise.all([listening.stop(), ...pumps.map((pump) => pump.stop())]);
      await line.stop();
      await db.destroy();
    },
  };
}

function main(): void {
  let settings: Settings;
  try {
    settings = readSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    console.error(error.message);
    process.exit(1);
  }
  const { DATABASE_URL } = settings;
  if (!DATABASE_URL) {
    console.error('DATABASE_URL is missing: the worker needs to know where Postgres is.');
    process.exit(1);
  }
  const log = createLog(settings.LOG_LEVEL);
  const worker = startWorker({ ...settings, DATABASE_URL }, log);
  log.info({ pid: process.pid }, 'worker started');
  let stopping = false;
  const stop = () => {
    if (stopping) return;
    stopping = true;
    void worker.stop().finally(() => process.exit(0));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main();
