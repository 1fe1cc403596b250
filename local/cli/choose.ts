/** Which flows are meant, by their names. */
import { fold } from '../../engine/conditions/fold.ts';
import { Obstacle } from '../sentence.ts';

/** All of them where none is named. @throws {Obstacle} for a name that none of them has. */
export function chosen<T>(all: readonly T[], names: readonly string[], nameOf: (one: T) => string): T[] {
  const keys = new Set(names.map(fold));
  const found = all.filter((one) => keys.size === 0 || keys.has(fold(nameOf(one))));
  const missing = names.filter((name) => !found.some((one) => fold(nameOf(one)) === fold(name)));
  if (missing.length > 0)
    throw new Obstacle(`There is no flow called ${missing.map((name) => `“${name}”`).join(', ')}.`);
  return found;
}
