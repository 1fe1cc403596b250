/** `npm run check`: style, types, components and layers, one after another; all of them run, and any failure counts. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './paths.ts';
import { main, say } from './sentence.ts';

interface Check {
  title: string;
  /** A package's program and its arguments. */
  program: string;
  args: string[];
}

const layers = ['engine', 'db', 'workflows', 'api', 'ui', 'local', 'test'];

const checks: Check[] = [
  {
    title: 'Style (biome)',
    program: '@biomejs/biome/bin/biome',
    args: ['check', '--reporter=summary', '--error-on-warnings'],
  },
  { title: 'Types (tsc)', program: 'typescript/bin/tsc', args: ['-p', '.'] },
  {
    title: 'Components (svelte-check)',
    program: 'svelte-check/bin/svelte-check',
    args: [
      '--tsconfig',
      'ui/tsconfig.json',
      '--output',
      'human',
      '--fail-on-warnings',
      '--threshold',
      'warning',
    ],
  },
  {
    title: 'Layers (dependency-cruiser)',
    program: 'dependency-cruiser/bin/dependency-cruiser.mjs',
    args: ['--config', 'dependency-cruiser.config.mjs', '--output-type', 'err', ...layers],
  },
];

function run({ program, args }: Check): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'node_modules', program), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk;
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

await main(async () => {
  for (const check of checks) {
    const since = performance.now();
    const { code, output } = await run(check);
    say(`${code === 0 ? '✓' : '✗'} ${check.title}, ${((performance.now() - since) / 1000).toFixed(1)} s`);
    if (code === 0) continue;
    say(output.trim());
    process.exitCode = 1;
  }
});
