/** One LISTEN connection a process, fanned out to every browser that listens. */
import type { LiveChange } from './contract/live.ts';

export interface Live {
  /** Answers how to stop listening. */
  listen(hear: (change: LiveChange) => void): () => void;
}
