/** Which flows are meant, by their names. */
import { fold } from '../../engine/conditions/fold.ts';
import { Obstacle } from '../sentence.ts';

/**
 * All of them where none is named. One that nothing is called (any more) may be known by a former name.
 * @throws {Obstacle} for a name that none of them has or had.
 */
export function chosen<T>(
  all: readonly T[],
  names: readonly string[],
  nameOf: (one: T) => string,
  formerNamesOf: (one: T) => readonly string[] = () => [],
): T[] {
  if (names.length === 0) return [...all];
  const found = names.map((name) => {
    const now = all.filter((one) => fold(nameOf(one)) === fold(name));
    return now.length > 0
      ? now
      : all.filter((one) => formerNamesOf(one).some((former) => fold(former) === fold(name)));
  });
  const missing = names.filter((_name, index) => found[index]?.length === 0);
  if (missing.length > 0)
    throw new Obstacle(`There is no flow called ${missing.map((name) => `“${name}”`).join(', ')}.`);
  const meant = new Set(found.flat());
  return all.filter((one) => meant.has(one));
}
