/** One webhook request: checked, stored with its queue row in one statement, answered with its id. */
import type { Db } from '../../db/connect.ts';
import { notifyLive, notifyWork } from '../../db/notify.ts';
import { noteRefused, type Received } from '../../db/queries/inbound.ts';
import { deepest, depthOf } from '../depth.ts';
import { Problem, type ProblemCode, problemTable } from '../problems.ts';
import type { HookAdapter, HookRequest } from './adapter.ts';
import type { InboundStore } from './inbound-store.ts';

/** An exponent of three digits or more, wherever it stands. */
const hugeNumber = /\d[eE][+-]?0*[1-9]\d{2}/;

/** Escapes of what Postgres cannot hold: the character zero, and halves of characters. */
const unstorable = /\\u(0000|d[89a-f])/i;

/** Bytes; more is answered 413. */
export const largestHook = 1024 * 1024;

export interface Door {
  adapter: HookAdapter;
  secret: string;
  /** Null: the email provider's own. */
  sourceId: string | null;
}

/** @throws {Problem} for what is wrong with the request. */
export async function receive(
  db: Db,
  store: InboundStore,
  { adapter, secret, sourceId }: Door,
  request: HookRequest,
): Promise<Received> {
  const refused = adapter.refuse(secret, request);
  if (refused) throw new Problem(refused);
  const text = request.raw.toString('utf8');
  if (depthOf(text) > deepest) throw new Problem('too-deep');
  const payload = parsed(text);
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload))
    throw new Problem('not-an-object');
  const kept: Record<string, string> = {};
  for (const name of adapter.keptHeaders) {
    const value = request.headers.get(name);
    if (value !== null) kept[name] = value.slice(0, 500);
  }
  const received = await store({
    sourceId,
    kind: adapter.kind,
    dedupeKey: adapter.dedupeKey(request),
    body: `{"headers":${JSON.stringify(kept)},"payload":${storable(text, payload)}}`,
    now: request.now,
  });
  if (received.fresh) {
    notifyWork(db, 'intake');
    if (sourceId) notifyLive(db, [{ topic: 'source', id: sourceId }]);
  }
  return received;
}

/**
 * The payload's own text, as it was signed, wherever Postgres can keep it. It refuses some characters, and writes
 * numbers such as 1e100000 out, digit by digit.
 */
function storable(text: string, payload: unknown): string {
  if (!hugeNumber.test(text) && !unstorable.test(text)) return text;
  return JSON.stringify(payload, (_, value: unknown) => {
    if (typeof value === 'string') return clean(value);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [clean(key), entry]));
  });
}

const clean = (text: string): string => text.replaceAll('\u0000', '').toWellFormed();

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem('bad-json');
  }
}

const noted = new Map<string, { since: number; count: number }>();
const notesPerWindow = 20;
const windowMs = 10_000;

/** For the set-up page. At most a few a second and source, so that a stranger cannot keep the database busy. */
export async function noteRefusal(db: Db, sourceId: string, code: ProblemCode, now: number): Promise<void> {
  const at = performance.now();
  const recent = noted.get(sourceId);
  if (recent && at - recent.since < windowMs) {
    if (++recent.count > notesPerWindow) return;
  } else noted.set(sourceId, { since: at, count: 1 });
  const { status, detail } = problemTable[code];
  await noteRefused(db, { sourceId, status, reason: detail, now });
  notifyLive(db, [{ topic: 'source', id: sourceId }]);
}
