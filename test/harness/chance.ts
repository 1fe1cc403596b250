/** Chance that can be repeated: a seed, from FAULT_SEED where it is set, and what is drawn from it. */

export interface Chance {
  /** From 0 up to, not including, 1; the same numbers for the same seed. */
  draw(): number;
  /** The same things in another order. */
  shuffled<T>(things: readonly T[]): T[];
}

/** Mulberry32: small, and good enough to choose moments. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const draw = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    draw,
    shuffled(things) {
      const left = [...things];
      return Array.from({ length: left.length }, () =>
        left.splice(Math.floor(draw() * left.length), 1),
      ).flat();
    },
  };
}

/** Runs `body` with a seed; when it fails, the message says how to draw the same again. */
export async function byChance(body: (seed: number) => Promise<void>): Promise<void> {
  const given = process.env.FAULT_SEED;
  const seed = given ? Number(given) : Math.floor(Math.random() * 2 ** 32);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`FAULT_SEED is no whole number: ${given}`);
  try {
    await body(seed);
  } catch (error) {
    if (error instanceof Error) error.message += ` (FAULT_SEED=${seed} draws the same moments again)`;
    throw error;
  }
}
