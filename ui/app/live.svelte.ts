/** One event stream for the whole app: a change on the server refreshes the queries that show it. */
import { queryClient } from './queries.ts';

export type Topic = 'candidate' | 'flow' | 'enrolment' | 'message' | 'source' | 'task' | 'notice';
export interface Change {
  topic: Topic;
  id: string;
}

/** Which query keys a topic touches, by their first part. */
const touched: Record<Topic, string[]> = {
  candidate: ['candidate', 'pool', 'application', 'source', 'today'],
  flow: ['flow'],
  enrolment: ['enrolment', 'candidate', 'flow', 'today'],
  message: ['message', 'caught', 'candidate', 'enrolment', 'today'],
  source: ['source'],
  task: ['task'],
  notice: ['notice'],
};
const topics = Object.keys(touched) as Topic[];
const settleMs = 300;
/** A server that restarts is back sooner than this. */
const lostMs = 4_000;

class Live {
  connected = $state(false);
  /** The stream has been away for a while: the server is down, or we are offline. */
  lost = $state(false);
  #lostTimer: ReturnType<typeof setTimeout> | undefined;
  #stream: EventSource | null = null;
  #pending = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #listeners = new Set<(change: Change) => void>();

  /** Opens the stream; closing is the returned function. The browser reconnects by itself. */
  open(): () => void {
    const stream = new EventSource(`/api/live?topics=${topics.join(',')}`);
    this.#stream = stream;
    let wasLost = false;
    stream.addEventListener('open', () => {
      this.connected = true;
      this.lost = false;
      clearTimeout(this.#lostTimer);
      this.#lostTimer = undefined;
      // What happened while we were away is unknown: look again at everything on screen.
      if (wasLost) void queryClient.invalidateQueries();
      wasLost = false;
    });
    stream.addEventListener('error', () => {
      this.connected = false;
      wasLost = true;
      this.#lostTimer ??= setTimeout(() => (this.lost = true), lostMs);
    });
    stream.addEventListener('change', (event) => this.#take(event));
    return () => {
      stream.close();
      clearTimeout(this.#timer);
      clearTimeout(this.#lostTimer);
      this.#lostTimer = undefined;
      this.connected = false;
      this.lost = false;
      if (this.#stream === stream) this.#stream = null;
    };
  }

  /** Hears every change at once, before the refresh. Returns the way to stop. */
  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #take(event: MessageEvent<string>): void {
    const change = JSON.parse(event.data) as Change;
    for (const listener of this.#listeners) listener(change);
    for (const key of touched[change.topic] ?? []) this.#pending.add(key);
    this.#timer ??= setTimeout(() => this.#refresh(), settleMs);
  }

  #refresh(): void {
    this.#timer = undefined;
    const keys = [...this.#pending];
    this.#pending.clear();
    for (const key of keys) void queryClient.invalidateQueries({ queryKey: [key] });
  }
}

export const live = new Live();
