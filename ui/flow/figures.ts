/** Pure: shares and spans as the flow pages write them. */

/** `23.5%`; whole numbers at the ends. Takes a fraction from 0 to 1. */
export function percent(fraction: number): string {
  const value = fraction * 100;
  return `${value >= 99.95 || value < 0.05 ? Math.round(value) : value.toFixed(1)}%`;
}

/** Null where there is nothing to divide by. */
export const share = (part: number, whole: number): string | null =>
  whole > 0 ? percent(part / whole) : null;

const minute = 60_000;

/** `18 hours`, `3 days`, `less than a minute`. Milliseconds. */
export function span(ms: number): string {
  const length = Math.abs(ms);
  if (length < minute) return 'less than a minute';
  const [unit, name] =
    length < 90 * minute
      ? [minute, 'minute']
      : length < 36 * 60 * minute
        ? [60 * minute, 'hour']
        : [24 * 60 * minute, 'day'];
  const count = Math.max(1, Math.round(length / (unit as number)));
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
