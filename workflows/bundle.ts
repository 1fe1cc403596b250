/**
 * The workflow code, bundled once a version in a process of its own: webpack's memory goes with that process, and
 * a worker starts with the finished file.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';

const sandbox = fileURLToPath(new URL('./sandbox/', import.meta.url));
const cache = fileURLToPath(new URL('../node_modules/.cache/tendril/', import.meta.url));

export const workflowsPath = join(sandbox, 'enrolment.ts');

/** Named for what it is made of, so that a changed workflow, SDK or way of bundling never meets an old bundle. */
function bundlePath(): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(sandbox).sort()) hash.update(file).update(readFileSync(join(sandbox, file)));
  hash.update(readFileSync(import.meta.filename));
  hash.update(readFileSync(new URL('../node_modules/@temporalio/worker/package.json', import.meta.url)));
  return join(cache, `workflows-${hash.digest('hex').slice(0, 16)}.js`);
}

/** What a worker runs: the finished bundle; the sources where none can be kept. */
export async function workflowCode(): Promise<
  { workflowBundle: { codePath: string } } | { workflowsPath: string }
> {
  const codePath = bundlePath();
  if (!existsSync(codePath)) await bundleApart();
  return existsSync(codePath) ? { workflowBundle: { codePath } } : { workflowsPath };
}

function bundleApart(): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [fileURLToPath(import.meta.url)], { stdio: 'ignore' });
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
}

async function main(): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    // Evaluated once a context instead of once a workflow: it keeps no state of a workflow in its modules.
    preloadModules: ['@temporalio/workflow'],
  });
  const path = bundlePath();
  mkdirSync(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  writeFileSync(unfinished, code);
  renameSync(unfinished, path);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main();
