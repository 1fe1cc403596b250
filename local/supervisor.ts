/** Keeps the parts of an installation running: starts them in order, starts dead ones again, stops them in reverse. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Daemon, Exit } from './daemon.ts';
import { endProcess, type ProcessRecords } from './process-records.ts';
import { inWords, tellsOfFullDisk } from './sentence.ts';

export interface Part {
  /** Names its pid file and its log. */
  name: string;
  /** What it is called in sentences. */
  title: string;
  /** Resolves once it is ready for those that need it. `spawned` is told of its process as soon as there is one. */
  start(spawned: (daemon: Daemon) => void): Promise<unknown>;
  /** How to ask it to end. Default: SIGTERM. */
  signal?: NodeJS.Signals;
  /** Milliseconds until it is killed. Default: 10,000. */
  grace?: number;
}

export interface SupervisorOptions {
  records: ProcessRecords;
  say: (sentence: string) => void;
  /** Milliseconds before the nth restart in a row (from 0). */
  backoff?: (failures: number) => number;
  /** Milliseconds after which a part that runs counts as well again. */
  wellAfter?: number;
}

export class Supervisor {
  readonly #running = new Map<Part, Daemon>();
  readonly #records: ProcessRecords;
  readonly #say: (sentence: string) => void;
  readonly #backoff: (failures: number) => number;
  readonly #wellAfter: number;
  readonly #stopping = new AbortController();
  readonly #pending = new Set<Promise<unknown>>();

  constructor({
    records,
    say,
    backoff = (failures) => Math.min(30_000, 500 * 2 ** failures),
    wellAfter = 30_000,
  }: SupervisorOptions) {
    this.#records = records;
    this.#say = say;
    this.#backoff = backoff;
    this.#wellAfter = wellAfter;
  }

  /** Starts a part and from then on starts it again whenever it ends. Rejects when it does not start this first time. */
  async start(part: Part): Promise<void> {
    this.#watch(part, await this.#launch(part), 0);
  }

  /** Ends a part, which then starts again like one that died. */
  async restart(name: string): Promise<void> {
    for (const [part, daemon] of this.#running) {
      if (part.name === name && daemon.alive) await daemon.stop(part.signal, part.grace);
    }
  }

  /** Stops every part, the last one started first. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const [part, daemon] of [...this.#running].toReversed()) {
      if (daemon.alive) await daemon.stop(part.signal, part.grace);
      this.#records.remove(part.name);
    }
    await Promise.allSettled(this.#pending);
  }

  /** Rejects when the part does not get ready, or when everything stops meanwhile. */
  #launch(part: Part): Promise<Daemon> {
    if (this.#stopping.signal.aborted) return Promise.reject(new Error('Everything is being stopped.'));
    const ready = part.start((daemon) => {
      this.#running.set(part, daemon);
      if (this.#stopping.signal.aborted) void daemon.stop(part.signal, part.grace);
      try {
        this.#records.write(part.name, daemon.pid, daemon.command);
      } catch (error) {
        // Without a pid file (the disk is full), nobody would find it again.
        void daemon.stop('SIGKILL');
        throw error;
      }
    });
    return this.#track(
      ready.then(() => {
        const daemon = this.#running.get(part);
        if (!daemon) throw new Error(`${part.name} started no process.`);
        return daemon;
      }),
    );
  }

  #watch(part: Part, daemon: Daemon, failures: number): void {
    const since = performance.now();
    void daemon.exited.then((exit) => {
      if (this.#stopping.signal.aborted) return;
      const wasWell = performance.now() - since > this.#wellAfter;
      void this.#revive(part, howItEnded(part, daemon, exit), wasWell ? 0 : failures);
    });
  }

  async #revive(part: Part, what: string, failures: number): Promise<void> {
    const pause = this.#backoff(failures);
    this.#say(`${what} Starting it again in ${pause / 1000} s.`);
    await sleep(pause, undefined, { signal: this.#stopping.signal }).catch(() => {});
    if (this.#stopping.signal.aborted) return;
    try {
      const daemon = await this.#launch(part);
      this.#say(`${part.title} runs again.`);
      this.#watch(part, daemon, failures + 1);
    } catch (error) {
      if (this.#stopping.signal.aborted) return;
      void this.#revive(part, `${part.title} does not start. ${inWords(error) ?? error}`, failures + 1);
    }
  }

  #track<T>(work: Promise<T>): Promise<T> {
    this.#pending.add(work);
    const done = () => void this.#pending.delete(work);
    work.then(done, done);
    return work;
  }
}

/** Ends what an earlier start left running, in the order given: those that use others before those. */
export async function endLeftovers(
  records: ProcessRecords,
  parts: { name: string; title: string; signal?: NodeJS.Signals }[],
  say: (sentence: string) => void,
): Promise<void> {
  for (const { name, title, signal } of parts) {
    const left = records.running(name);
    if (left) {
      say(`${title} (process ${left.pid}) was left by an earlier start; stopping it.`);
      await endProcess(left, signal);
    }
    records.remove(name);
  }
}

function howItEnded(part: Part, daemon: Daemon, { code, signal }: Exit): string {
  if (signal) return `${part.title} was ended by ${signal}.`;
  const words = code === 0 ? '' : daemon.lastWords().split('\n').slice(-5).join('\n');
  if (tellsOfFullDisk(words)) return `${part.title} ended: the disk is full.`;
  return `${part.title} ended with code ${code}.${words ? ` Its last words:\n${words}\n` : ''}`;
}
