/** Builds the web app when what it is made of has changed since the last build. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.ts';
import { runToEnd } from './run-to-end.ts';
import { Obstacle, tellsOfFullDisk } from './sentence.ts';

const sources = [
  'ui',
  'engine',
  'api/contract',
  'api/client.ts',
  'vite.config.ts',
  'svelte.config.js',
  'package-lock.json',
];
const stamp = join(root, 'dist', 'ui.stamp');

/** @throws {Obstacle} with the build's last words when it fails. */
export async function buildUi(say: (sentence: string) => void): Promise<void> {
  const wanted = fingerprint();
  if (
    existsSync(join(root, 'dist', 'ui', 'index.html')) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === wanted
  )
    return;
  say('Building the web app …');
  rmSync(stamp, { force: true });
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const { code, output } = await runToEnd(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: root,
  });
  if (code !== 0) {
    throw new Obstacle(
      tellsOfFullDisk(output)
        ? 'The disk is full: the web app could not be built. Free some space and start again.'
        : `The web app could not be built:\n${output}`,
    );
  }
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(stamp, wanted);
}

/** Equal only for the same files with the same content. */
function fingerprint(): string {
  const hash = createHash('sha256');
  const add = (path: string) => {
    const full = join(root, path);
    if (!existsSync(full)) return;
    if (statSync(full).isDirectory()) {
      for (const name of readdirSync(full).sort()) add(join(path, name));
    } else {
      hash.update(`${path}\0`).update(readFileSync(full));
    }
  };
  for (const source of sources) add(source);
  return hash.digest('hex');
}
