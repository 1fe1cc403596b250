/** Calls that come while others are under way are served together, as a database commits in groups. */

/** An answer to a call that could not be served with the others it came with: it is asked again, alone. */
export const again = Symbol('again');

export interface Together {
  /** Calls served at once, at most. */
  most: number;
  /** Groups under way at once. */
  width: number;
}

interface Waiting<Call, Answer> {
  call: Call;
  alone: boolean;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/**
 * Wraps `serve`, which answers many calls in their order, as a function of one call. Nothing waits for company: what
 * is there when a place comes free goes together. A group that fails is served one by one, so that one call at fault
 * takes none along.
 */
export function together<Call, Answer>(
  serve: (calls: readonly Call[]) => Promise<(Answer | typeof again)[]>,
  { most, width }: Together,
): (call: Call) => Promise<Answer> {
  const queue: Waiting<Call, Answer>[] = [];
  let running = 0;

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
      if (given === again) queue.push({ ...one, alone: true });
      else one.resolve(given as Answer);
    }
  };

  const next = (): Waiting<Call, Answer>[] => {
    const apart = queue.findIndex((one) => one.alone);
    if (apart === 0) return queue.splice(0, 1);
    return queue.splice(0, apart === -1 ? most : Math.min(most, apart));
  };

  const fill = (): void => {
    while (running < width && queue.length > 0) {
      running++;
      void answer(next()).finally(() => {
        running--;
        fill();
      });
    }
  };

  return (call) =>
    new Promise((resolve, reject) => {
      queue.push({ call, alone: false, resolve, reject });
      // What is called in the same turn of the event loop is there at once, too.
      queueMicrotask(fill);
    });
}
