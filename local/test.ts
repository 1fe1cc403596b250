/**
 * `npm test [-- unit|fault|e2e|soak] [-- filter]`: fetches what the tests need, runs them, ends with a line of totals.
 * The soak, which draws another year each time, runs when it is asked for.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram } from './binaries.ts';
import { findChromium } from './chromium.ts';
import { endLeftServers } from './leash.ts';
import { root } from './paths.ts';
import { runToEnd } from './run-to-end.ts';
import { inWords, main, Obstacle, say } from './sentence.ts';
import { type Counts, countReport } from './test-report.ts';
import { buildUi } from './ui-build.ts';

interface Suite {
  config: string;
  /** Runs only when it is named. */
  onRequest?: true;
  /** Brings what these tests need; answers what they read from the environment. */
  prepare(): Promise<Record<string, string>>;
}

async function temporal(): Promise<Record<string, string>> {
  await findProgram('temporal', { say });
  await findProgram('temporal-test-server', { say });
  return {};
}

const suites: Record<string, Suite> = {
  unit: { config: 'vitest.config.ts', prepare: temporal },
  fault: { config: 'vitest.fault.config.ts', prepare: temporal },
  soak: { config: 'vitest.soak.config.ts', onRequest: true, prepare: temporal },
  e2e: {
    config: 'vitest.e2e.config.ts',
    async prepare() {
      await temporal();
      await buildUi(say);
      return { CHROME_PATH: await findChromium(say) };
    },
  },
};

let interrupted = false;
/** Sends a signal to the suite that is running. */
let passOn: ((signal: NodeJS.Signals) => void) | null = null;

async function runSuite(name: string, suite: Suite, filters: string[]): Promise<Counts> {
  say(`\n— ${name} —`);
  const work = mkdtempSync(join(tmpdir(), 'tendril-test-report-'));
  const report = join(work, 'report.json');
  try {
    const env = await suite.prepare();
    const vitest = [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--config',
      suite.config,
      '--passWithNoTests',
    ];
    const { code } = await runToEnd(
      process.execPath,
      [...vitest, '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...filters],
      {
        cwd: root,
        stdio: 'inherit',
        env: { ...process.env, ...env },
        started: (kill) => {
          passOn = kill;
        },
      },
    );
    if (interrupted) {
      // Vitest ends its workers without letting them tidy up; a moment later they are gone.
      await sleep(500);
      await endLeftServers();
      throw new Obstacle('Interrupted.');
    }
    return countReport(JSON.parse(readFileSync(report, 'utf8')), code ?? 1);
  } catch (error) {
    say(
      `The ${name} tests could not run. ${inWords(error) ?? (error instanceof Error ? error.stack : error)}`,
    );
    return { passed: 0, failed: 1 };
  } finally {
    passOn = null;
    rmSync(work, { recursive: true, force: true });
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    interrupted = true;
    if (passOn) passOn(signal);
    else process.exit(1);
  });
}

await main(async () => {
  const [first, ...rest] = process.argv.slice(2);
  const one = first !== undefined && first in suites ? first : null;
  const filters = one || first === undefined ? rest : [first, ...rest];
  const total: Counts = { passed: 0, failed: 0 };
  for (const [name, suite] of Object.entries(suites)) {
    if (interrupted || (one ? one !== name : suite.onRequest)) continue;
    const { passed, failed } = await runSuite(name, suite, filters);
    total.passed += passed;
    total.failed += failed;
  }
  say(`\n${total.passed} passed, ${total.failed} failed`);
  if (total.failed > 0 || total.passed === 0) process.exitCode = 1;
});
