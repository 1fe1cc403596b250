/** Builds the web app when what it is made of has changed since the last build. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.ts';
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
  const { code, output } = await viteBuild();
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

function viteBuild(): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(
      process.execPath,
      [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', '--logLevel', 'warn'],
      {
        cwd: root,
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let output = '';
    const collect = (chunk: Buffer) => {
      output = (output + chunk).slice(-4000);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('close', (code) => resolve({ code, output }));
  });
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
