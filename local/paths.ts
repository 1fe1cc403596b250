/** Where things are on this machine. */
import { join, resolve } from 'node:path';

/** The repository's root. */
export const root = resolve(import.meta.dirname, '..');

/** The folder of this installation's data: `DATA_DIR`, by default `.data` in the repository. */
export const dataDirectory = (env: Record<string, string | undefined> = process.env): string =>
  resolve(root, env.DATA_DIR || '.data');

/** Downloaded programs. They hold no data, so tests and runs share them. */
export const binDirectory = (): string => join(root, '.data', 'bin');
