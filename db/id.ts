/** Ids are UUIDv7: they sort by the time they were made, and within a millisecond by their order. */
import { randomInt } from 'node:crypto';
import { v7 } from 'uuid';

let seq = randomInt(2 ** 31);

/** `at` in milliseconds since 1970: give the injected clock's now, so that ids follow its order. */
export function newId(at: number = Date.now()): string {
  seq = (seq + 1) % 2 ** 32;
  return v7({ msecs: at, seq });
}
