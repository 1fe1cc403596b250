/** Calls that come while others are under way are served together, as a database commits in groups. */
import { setTimeout as rest } from 'node:timers/promises';

/** An answer to a call that cannot be served now: it is asked again a little later. */
export const again = Symbol('again');

export interface Together {
  /** Calls served at once, at most. */
  most: number;
  /** Groups under way at once. */
  width: number;
  /** Resolves after so many milliseconds. */
  pause?(ms: number): Promise<unknown>;
}

const firstPauseMs = 10;
const longestPauseMs = 500;

interface Waiting<Call, Answer> {
  call: Call;
  /** How often it was to be asked again. */
  tries: number;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/**
 * Wraps `serve`, which answers many calls in their order, as a function of one call. Nothing waits for company: what
 * is there when a place comes free goes together. A group that fails is served one by one, so that one call at fault
 * takes none along. `serve` must not wait for what may take long: it answers `again`, so that no place is held.
 */
export function together<Call, Answer>(
  serve: (calls: readonly Call[]) => Promise<(Answer | typeof again)[]>,
  { most, width, pause = rest }: Together,
): (call: Call) => Promise<Answer> {
  const queue: Waiting<Call, Answer>[] = [];
  let running = 0;

  const askAgain = (one: Waiting<Call, Answer>): void => {
    const ms = Math.min(longestPauseMs, firstPauseMs * 2 ** one.tries);
    void pause(ms).then(() => {
      queue.push({ ...one, tries: one.tries + 1 });
      fill();
    });
  };

  const answer = async (group: Waiting<Call, Answer>[]): Promise<void> => {
    let answers: (Answer | typeof again)[];
    try {
      answers = await serve(group.map((one) => one.call));
    } catch (error) {
      if (group.length > 1) for (const one of group) await answer([one]);
      else group[0]?.reject(error);
      return;
    }
    for (const [index, one] of group.entries()) {
      const given = answers[index];
      if (given === again) askAgain(one);
      else one.resolve(given as Answer);
    }
  };

  const fill = (): void => {
    while (running < width && queue.length > 0) {
      running++;
      void answer(queue.splice(0, most)).finally(() => {
        running--;
        fill();
      });
    }
  };

  return (call) =>
    new Promise((resolve, reject) => {
      queue.push({ call, tries: 0, resolve, reject });
      // What is called in the same turn of the event loop is there at once, too.
      queueMicrotask(fill);
    });
}
