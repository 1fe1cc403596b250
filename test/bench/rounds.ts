/** How measuring is done here: side by side in turns, middles instead of means, and waiting until it is so. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Of an even number the lower middle. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The smallest value that at least `share` of all values do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export interface Compared {
  ours: number;
  theirs: number;
  /** The middle one of the rounds' ratios: each round meets the same machine, whatever else runs on it. */
  ratio: number;
}

/** Runs both in turns, `rounds` times. Each answers its rate; the first round of both only warms up. */
export async function inTurns(
  rounds: number,
  theirs: (round: number) => Promise<number>,
  ours: (round: number) => Promise<number>,
): Promise<Compared> {
  const measured: { ours: number; theirs: number }[] = [];
  for (let round = 0; round <= rounds; round++) {
    const pair = { theirs: await theirs(round), ours: await ours(round) };
    if (round > 0) measured.push(pair);
  }
  return {
    ours: median(measured.map((pair) => pair.ours)),
    theirs: median(measured.map((pair) => pair.theirs)),
    ratio: median(measured.map((pair) => pair.ours / pair.theirs)),
  };
}

/** Milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

/** @throws when it is not so after `seconds`. */
export async function until(what: string, done: () => Promise<boolean>, seconds = 180): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  while (!(await done())) {
    if (performance.now() > deadline) throw new Error(`Waited in vain until ${what}.`);
    await sleep(20);
  }
}
