/** Starts the demo, a program of this machine beside the API: present in a checkout, absent from an image. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Demo {
  /** False: it is already running. */
  start(): boolean;
}

/** Null: this installation has no demo. */
export function demoHere(): Demo | null {
  const script = fileURLToPath(new URL('../local/demo/run.ts', import.meta.url));
  if (!existsSync(script)) return null;
  let running = false;
  return {
    start() {
      if (running) return false;
      running = true;
      const child = spawn(process.execPath, [script], {
        stdio: ['ignore', 'inherit', 'inherit'],
        env: process.env,
      });
      const over = () => {
        running = false;
      };
      child.once('exit', over);
      child.once('error', over);
      return true;
    },
  };
}
