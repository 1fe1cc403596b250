/** Every migration, in order. A landed one is never edited: the next change is a new file. */
import type { Migration } from 'kysely/migration';
import * as core from './0001_core.ts';

export const migrations: Record<string, Migration> = {
  '0001_core': core,
};
