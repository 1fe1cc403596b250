/** Stands in for a handler while the resource behind it is being built. */
import { Problem } from '../problems.ts';

export const pending = (): never => {
  throw new Problem('not-found');
};
