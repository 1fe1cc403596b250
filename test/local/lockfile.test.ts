import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../local/paths.ts';

interface Locked {
  optionalDependencies?: Record<string, string>;
  resolved?: string;
  integrity?: string;
  /** It comes inside the package that it stands under. */
  inBundle?: boolean;
  link?: boolean;
}

const { packages }: { packages: Record<string, Locked> } = JSON.parse(
  readFileSync(join(root, 'package-lock.json'), 'utf8'),
);

/** The entry that Node would find for `name` from the package at `path`. */
function locked(path: string, name: string): Locked | undefined {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const found = packages[`${folder ? `${folder}/` : ''}node_modules/${name}`];
    if (found || folder === '') return found;
  }
}

describe('the lockfile', () => {
  it('names the packages of every platform, without which npm ci refuses it', () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter((name) => !locked(path, name)),
    );
    expect(missing).toEqual([]);
  });

  it('has the checksum of every package that is downloaded, for every platform', () => {
    const unchecked = Object.entries(packages).filter(
      ([path, { integrity, inBundle, link }]) => path !== '' && !integrity && !inBundle && !link,
    );
    expect(unchecked.map(([path]) => path)).toEqual([]);
  });

  it('names no registry, so that everyone’s own one is used', () => {
    expect(Object.values(packages).filter(({ resolved }) => resolved?.startsWith('http'))).toEqual([]);
  });
});
