/** A Chrome or Chromium for the browser tests: the machine's own, else Debian's, else Playwright's. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from './paths.ts';
import { runToEnd } from './run-to-end.ts';
import { Obstacle } from './sentence.ts';

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
];
const knownPaths = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

/** The path of an installed browser that runs; null when there is none. `CHROME_PATH` comes first. */
export async function installedChromium(
  env: Record<string, string | undefined> = process.env,
): Promise<string | null> {
  const { chromium } = await import('playwright-core');
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const folders = (env.PATH ?? '').split(delimiter).filter(Boolean);
  const candidates = [
    ...(env.CHROME_PATH ? [env.CHROME_PATH] : []),
    ...names.flatMap((name) => folders.map((folder) => join(folder, name + suffix))),
    ...knownPaths,
    chromium.executablePath(),
  ];
  return candidates.find((path) => existsSync(path) && runs(path)) ?? null;
}

/** @throws {Obstacle} saying how to get a browser, when none is here and none can be fetched. */
export async function findChromium(say: (sentence: string) => void): Promise<string> {
  const found = await installedChromium();
  if (found) return found;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    say('Installing Chromium with apt-get for the browser tests …');
    await install('apt-get', ['update', '-qq']);
    await install('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium']);
  } else if (await answers('https://cdn.playwright.dev')) {
    say('Fetching Chromium for the browser tests …');
    await install(process.execPath, [
      join(root, 'node_modules', 'playwright-core', 'cli.js'),
      'install',
      'chromium',
    ]);
  }
  const fetched = await installedChromium();
  if (fetched) return fetched;
  throw new Obstacle(
    'The browser tests need Chrome or Chromium, and none was found. Install it (on Debian as root: apt-get install chromium), or set CHROME_PATH to it.',
  );
}

/** Ubuntu's package is a stub that only works where snap does, so existing is not enough. */
const runs = (path: string): boolean =>
  process.platform === 'win32' ||
  spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0;

const install = (command: string, args: string[]) =>
  runToEnd(command, args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });

const answers = (url: string): Promise<boolean> =>
  fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(4000) }).then(
    () => true,
    () => false,
  );
