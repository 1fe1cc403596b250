import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root } from '../../local/paths.ts';

let project: string;
const path = (...parts: string[]) => join(project, ...parts);

/** Runs the install step as npm would, with a stand-in for npm that says `words` and ends with `code`. */
function install(words: string, code = 1) {
  writeFileSync(
    path('npm-cli.js'),
    `process.stderr.write(${JSON.stringify(`${words}\n`)}); process.exit(${code});`,
  );
  return spawnSync(process.execPath, [path('local', 'install.mjs'), 'local/script.ts'], {
    encoding: 'utf8',
    env: { ...process.env, npm_execpath: path('npm-cli.js') },
  });
}

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'tendril-install-test-'));
  mkdirSync(path('local'));
  copyFileSync(join(root, 'local', 'install.mjs'), path('local', 'install.mjs'));
  writeFileSync(path('package.json'), '{"name":"tendril","type":"module"}');
  copyFileSync(join(root, 'package-lock.json'), path('package-lock.json'));
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

describe('the install step', () => {
  it.each([
    ['npm error code ENOSPC', 'The disk is full.'],
    ['npm error code ENOTFOUND', 'The package registry cannot be reached.'],
    ['npm error code EUSAGE', 'package.json and package-lock.json do not fit together.'],
    ['npm error code EBADPLATFORM', 'One of the packages does not exist for'],
    ['npm error code EACCES', 'This user may not write to node_modules.'],
    ['npm error code E403', 'The package registry refused us.'],
    ['npm error something new', '“npm ci” failed with code 1; what it says is above.'],
  ])('puts “%s” into words', (words, sentence) => {
    const { status, stderr } = install(words);
    expect(status).toBe(1);
    expect(stderr).toContain(sentence);
    expect(existsSync(path('.data', 'install.lock'))).toBe(false);
  });

  it('says so to a Node that is too old, before it meets syntax which that Node cannot read', () => {
    const old = "Object.defineProperty(process.versions, 'node', { value: '18.20.8' })";
    const required = join(root, 'local', 'oldest-node.cjs');
    const { status, stderr } = spawnSync(
      process.execPath,
      ['-e', `${old}; require(${JSON.stringify(required)})`],
      {
        encoding: 'utf8',
      },
    );
    expect(status).toBe(1);
    expect(stderr).toContain('Node 18.20.8 is too old to begin with: 20 or newer is needed');
  });

  it('waits for a living installation, and takes the place of one that was killed though its pid lives again', async () => {
    const lock = path('.data', 'install.lock');
    mkdirSync(path('.data'));
    writeFileSync(lock, String(process.pid));
    writeFileSync(path('npm-cli.js'), 'console.error("npm error code E403"); process.exit(1);');
    const child = spawn(process.execPath, [path('local', 'install.mjs'), 'local/script.ts'], {
      env: { ...process.env, npm_execpath: path('npm-cli.js') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        said += chunk;
        if (!said.includes('registry refused') && said.includes('Waiting for another'))
          utimesSync(lock, 0, 0);
      });
    }
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(1);
    expect(said).toContain('Waiting for another installation into this folder');
    expect(said).toContain('The package registry refused us.');
    expect(existsSync(lock)).toBe(false);
  });

  it('takes npm along when it is told to stop', async () => {
    writeFileSync(path('npm-cli.js'), "console.log('npm is ' + process.pid); setInterval(() => {}, 1000);");
    const child = spawn(process.execPath, [path('local', 'install.mjs'), 'local/script.ts'], {
      env: { ...process.env, npm_execpath: path('npm-cli.js') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => {
        said += chunk;
        if (/npm is \d+\n$/.test(said)) child.kill('SIGTERM');
      });
    }
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(1);
    expect(said).toContain('Interrupted; the next start begins the installation anew.');
    const npm = Number(/npm is (\d+)/.exec(said)?.[1]);
    expect(() => process.kill(npm, 0)).toThrow('ESRCH');
    expect(existsSync(path('.data', 'install.lock'))).toBe(false);
  });

  it('says so when npm is content but the project’s Node did not come along', () => {
    const { status, stderr } = install('', 0);
    expect(status).toBe(1);
    expect(stderr).toContain('brought no program that runs on');
  });

  it('installs nothing when everything is there, runs the script on the project’s Node and passes its exit code on', () => {
    symlinkSync(join(root, 'node_modules'), path('node_modules'));
    writeFileSync(
      path('local', 'script.ts'),
      'const major: number = Number(process.versions.node.split(".")[0]);\nconsole.log(major);\nprocess.exit(7);',
    );
    const { status, stdout } = install('npm must not run');
    expect(stdout).toBe('24\n');
    expect(status).toBe(7);
  });

  it('passes signals on to the script and waits for it', async () => {
    symlinkSync(join(root, 'node_modules'), path('node_modules'));
    writeFileSync(
      path('local', 'script.ts'),
      "process.on('SIGTERM', () => setTimeout(() => { console.log('tidied up'); process.exit(3); }, 200));\nconsole.log('ready');\nsetInterval(() => {}, 1000);",
    );
    const child = spawn(process.execPath, [path('local', 'install.mjs'), 'local/script.ts'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (output === 'ready\n') child.kill('SIGTERM');
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(output).toBe('ready\ntidied up\n');
    expect(code).toBe(3);
  });
});
