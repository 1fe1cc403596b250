/** The worker as a process of its own, as `npm start` runs it. */
import { join } from 'node:path';
import { type Daemon, launch } from '../../local/daemon.ts';
import { root } from '../../local/paths.ts';
import type { Ground } from './ground.ts';

/** Not ready when it answers: whoever measures warms it up first. */
export const startWorkerProcess = (ground: Ground, url: string): Promise<Daemon> =>
  launch({
    name: 'The worker',
    command: process.execPath,
    args: [join(root, 'workflows/worker.ts')],
    env: { NODE_ENV: 'production', DATABASE_URL: url, TEMPORAL_ADDRESS: ground.temporal.address },
    cwd: root,
    log: join(ground.dir, 'worker.log'),
  });
