/** A port that stays free while the process that listens there is started anew. */
import { hindrance } from '../../local/ports.ts';

/** Below those that systems give to outgoing connections, so that none of them takes it meanwhile. */
export async function quietPort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    if ((await hindrance(port)) === null) return port;
  }
}
