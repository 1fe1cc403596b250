/** The one loop behind every pump: rounds while there is work, then rest until poked or the sweep comes. */
import type { Logger } from '../log.ts';

export interface PumpWork {
  name: string;
  /** Claims and works through some rows; answers how many it claimed. Zero: nothing to do for now. */
  round(): Promise<number>;
}

export interface RunningPump {
  readonly name: string;
  /** There may be work: do not wait for the sweep. */
  poke(): void;
  /** Ends after the current round. */
  stop(): Promise<void>;
}

/** The safety net behind NOTIFY. */
const sweepMs = 1000;
const longestBackoffMs = 15_000;

export function startPump(work: PumpWork, log: Logger): RunningPump {
  let stopped = false;
  let poked = false;
  let wake: (() => void) | null = null;

  const rest = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (poked || stopped) wake();
    });

  const loop = (async () => {
    let failures = 0;
    while (!stopped) {
      poked = false;
      try {
        const claimed = await work.round();
        failures = 0;
        if (claimed > 0) continue;
        await rest(sweepMs);
      } catch (error) {
        failures++;
        log.warn(
          { pump: work.name, failures, error: nameOf(error) },
          'a round failed; it will be tried again',
        );
        poked = false;
        await rest(Math.min(longestBackoffMs, 250 * 2 ** Math.min(failures, 6)));
      }
    }
  })();

  return {
    name: work.name,
    poke() {
      poked = true;
      wake?.();
    },
    async stop() {
      stopped = true;
      wake?.();
      await loop;
    },
  };
}

/** What a log may say of an error: its kind, never its text, which may quote a row. */
export function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' || typeof code === 'number' ? `${error.name} ${code}` : error.name;
}

/** Runs every pump's rounds until none claims anything: how tests step. */
export async function drain(pumps: readonly PumpWork[]): Promise<void> {
  for (let claimed = 1; claimed > 0; ) {
    claimed = 0;
    for (const pump of pumps) claimed += await pump.round();
  }
}

/** A function that runs what it is given, at most `count` at a time, first come, first served. */
export function seats(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  let taken = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (taken < count) taken++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else taken--;
    }
  };
}

/** Works through `items` with at most `width` at a time. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < items.length) await work(items[next++] as T);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
}
