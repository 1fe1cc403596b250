/** Starts the demo, a program of this machine beside the API, and tells what became of it. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Demo {
  /** False: it is already running. */
  start(): boolean;
  running(): boolean;
  /** The last line that it said. */
  line(): string;
  /** Why the last try failed, as a sentence; null: it did not. */
  failure(): string | null;
}

/** Null: this installation has no demo. */
export function demoHere(): Demo | null {
  const script = fileURLToPath(new URL('../local/demo/run.ts', import.meta.url));
  if (!existsSync(script)) return null;
  let running = false;
  let line = '';
  let failure: string | null = null;
  return {
    running: () => running,
    line: () => line,
    failure: () => failure,
    start() {
      if (running) return false;
      running = true;
      line = '';
      failure = null;
      let complaint = '';
      const child = spawn(process.execPath, [script], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: process.env,
      });
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        line = text.trim().split('\n').at(-1) ?? line;
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        complaint = (complaint + text).slice(-4000);
        process.stderr.write(text);
      });
      const over = (sentence: string | null) => {
        running = false;
        failure = sentence;
      };
      child.once('error', () => over('The demo could not be started.'));
      child.once('close', (code) => over(code === 0 ? null : sentenceIn(complaint)));
      return true;
    },
  };
}

/** A stack is for the log; a sentence is for the page. */
function sentenceIn(complaint: string): string {
  const said = complaint.trim();
  return said === '' || said.includes('\n    at ')
    ? 'The demo could not be made. `npm run demo` in a terminal shows why.'
    : said;
}
