/**
 * Tells other processes that there is work, or something to show. Sent on a connection of its own after the
 * commit and at most every few milliseconds: NOTIFY inside a transaction takes a database-wide lock at commit.
 */
import { sql } from 'kysely';
import type { Db } from './connect.ts';

export const workChannel = 'tendril_work';
export const liveChannel = 'tendril_live';

export type Pump =
  | 'intake'
  | 'router'
  | 'waker'
  | 'due'
  | 'deliver-email'
  | 'deliver-webhook'
  | 'deliver-notice'
  | 'rollup'
  | 'operations'
  | 'pools';
export interface LiveTopic {
  topic: 'candidate' | 'flow' | 'enrolment' | 'message' | 'source' | 'task' | 'notice';
  id: string;
}

const debounceMs = 20;
/** NOTIFY carries at most 8,000 bytes; beyond this many ids one line says "everything of this kind". */
const mostTopics = 60;

interface Pending {
  pumps: Set<Pump>;
  topics: Map<string, LiveTopic>;
  timer: NodeJS.Timeout | null;
}

const pending = new WeakMap<Db, Pending>();
const quiet = new WeakSet<Db>();

/** What happens on this connection concerns nobody else: nothing is sent. */
export function keepQuiet(db: Db): void {
  quiet.add(db);
}

function pendingOf(db: Db): Pending {
  let found = pending.get(db);
  if (!found) {
    found = { pumps: new Set(), topics: new Map(), timer: null };
    pending.set(db, found);
  }
  found.timer ??= setTimeout(() => void flush(db), debounceMs).unref();
  return found;
}

async function flush(db: Db): Promise<void> {
  const due = pending.get(db);
  if (!due) return;
  pending.delete(db);
  const notes: { channel: string; payload: string }[] = [...due.pumps].map((pump) => ({
    channel: workChannel,
    payload: pump,
  }));
  if (due.topics.size > 0) {
    let topics = [...due.topics.values()];
    if (topics.length > mostTopics)
      topics = [...new Set(topics.map((topic) => topic.topic))].map((topic) => ({ topic, id: '*' }));
    notes.push({ channel: liveChannel, payload: JSON.stringify(topics) });
  }
  try {
    await sql`select pg_notify(note->>'channel', note->>'payload') from jsonb_array_elements(${JSON.stringify(notes)}::jsonb) as note`.execute(
      db,
    );
  } catch {
    // Nobody hears it: the pumps' sweep and the next page load find the rows themselves.
  }
}

/** Wakes a pump wherever it runs. Call it after the commit. */
export function notifyWork(db: Db, ...pumps: Pump[]): void {
  if (quiet.has(db)) return;
  const due = pendingOf(db);
  for (const pump of pumps) due.pumps.add(pump);
  // What the router hears of, a pool's condition may ask about.
  if (pumps.includes('router')) due.pumps.add('pools');
}

/** Tells open pages what changed. Call it after the commit. */
export function notifyLive(db: Db, topics: readonly LiveTopic[]): void {
  if (topics.length === 0 || quiet.has(db)) return;
  const due = pendingOf(db);
  for (const topic of topics) due.topics.set(`${topic.topic}:${topic.id}`, topic);
}
