/** One LISTEN connection a process, fanned out to every page that listens. */

import { z } from '@hono/zod-openapi';
import { listen } from '../db/listen.ts';
import { liveChannel } from '../db/notify.ts';
import { type LiveChange, liveChange, liveTopics } from './contract/live.ts';

export interface Live {
  /** Answers how to stop hearing. */
  hear(ear: (change: LiveChange) => void): () => void;
  close(): Promise<void>;
}

const changes = z.array(liveChange);
const everything: LiveChange[] = liveTopics.map((topic) => ({ topic, id: '*' }));

/** `url` must reach Postgres itself, not a pooler. */
export function liveFrom(url: string): Live {
  const ears = new Set<(change: LiveChange) => void>();
  const tell = (change: LiveChange) => {
    for (const ear of ears) ear(change);
  };
  const listening = listen(url, liveChannel, (payload) => {
    // Connected anew: what was said meanwhile is lost, so everything may have changed.
    const read = payload === null ? everything : changes.safeParse(parsed(payload)).data;
    for (const change of read ?? []) tell(change);
  });
  return {
    hear(ear) {
      ears.add(ear);
      return () => ears.delete(ear);
    },
    close: () => listening.stop(),
  };
}

function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return null;
  }
}
