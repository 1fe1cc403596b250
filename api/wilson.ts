/** Pure: the 95 % Wilson score interval of a share (Wilson 1927). */

const z = 1.959964;

/** Null where nothing was counted. Shares from 0 to 1. */
export function wilson(reached: number, of: number): { share: number; low: number; high: number } | null {
  if (of <= 0) return null;
  const share = reached / of;
  const centre = share + z ** 2 / (2 * of);
  const spread = z * Math.sqrt((share * (1 - share)) / of + z ** 2 / (4 * of ** 2));
  const scale = 1 + z ** 2 / of;
  return { share, low: Math.max(0, (centre - spread) / scale), high: Math.min(1, (centre + spread) / scale) };
}
