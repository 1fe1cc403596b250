/** Pure: seeded chance. The same key always falls the same way, in whatever order things are asked. */
import { createHash } from 'node:crypto';

/** From 0 up to, but not including, 1. */
export function chance(...key: (string | number)[]): number {
  const digest = createHash('sha256')
    .update(`tendril demo ${key.join(' ')}`)
    .digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}

export const happens = (odds: number, ...key: (string | number)[]): boolean => chance(...key) < odds;

export const between = (low: number, high: number, ...key: (string | number)[]): number =>
  low + (high - low) * chance(...key);

/** @throws {RangeError} when there is nothing to pick from. */
export function pick<T>(from: readonly T[], ...key: (string | number)[]): T {
  const found = from[Math.floor(chance(...key) * from.length)];
  if (found === undefined) throw new RangeError('There is nothing to pick from.');
  return found;
}
