/** Runs another program to its end. It does not outlive us: when we exit, it is stopped. */
import { type StdioOptions, spawn } from 'node:child_process';

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string | undefined>;
  /** Default: what it says is collected. */
  stdio?: StdioOptions;
  /** Called with the means to send it signals. */
  started?: (kill: (signal: NodeJS.Signals) => void) => void;
}

export interface Ended {
  /** 127 when it could not be run at all. */
  code: number | null;
  signal: NodeJS.Signals | null;
  /** The end of what it said. */
  output: string;
}

const KEPT = 4000;

export function runToEnd(
  command: string,
  args: string[],
  { cwd, env = process.env, stdio = ['ignore', 'pipe', 'pipe'], started }: RunOptions = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio });
    const stop = () => void child.kill();
    process.once('exit', stop);
    started?.((signal) => void child.kill(signal));
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        output = (output + chunk).slice(-KEPT);
      });
    }
    const end = (ended: Ended) => {
      process.removeListener('exit', stop);
      resolve(ended);
    };
    child.once('error', (error) => end({ code: 127, signal: null, output: error.message }));
    child.once('close', (code, signal) => end({ code, signal, output }));
  });
}
