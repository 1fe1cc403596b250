/**
 * Pure: which of the messages that wait for one candidate may leave now, and until when the others wait. One budget
 * over all flows: hours, holds, rolling caps, priority.
 */
import { type ContactClass, rankOf } from './classes.ts';
import { nextOpening } from './hours.ts';
import { type Cap, holidaysFor, type MessageContact } from './settings.ts';

const day = 86_400_000;
/** By then whoever sends the other message has settled it, as a rule. */
const soon = 60_000;

export interface WaitingMessage extends MessageContact {
  id: string;
  class: ContactClass;
  priority: number;
  /** Milliseconds since 1970: when it was written. */
  since: number;
  /** Somebody else is about to send it, and may find that it must not leave. */
  isRival?: boolean;
}

/** A message that left, is leaving, or is going to at `at` (ms). */
export interface Contact {
  id: string;
  class: ContactClass;
  at: number;
  /** It may still turn out not to leave. */
  isUncertain?: boolean;
}

export interface ContactHold {
  id: string;
  /** Milliseconds since 1970. */
  until: number;
  /** `nurture`: all but `process`. */
  covers: 'nurture' | 'everything';
}

export interface Budget {
  caps: readonly Cap[];
  holds: readonly ContactHold[];
  contacts: readonly Contact[];
}

/** What puts a message off. */
export type ObstacleCode = 'held' | 'cap' | 'rival' | 'hours' | 'holiday';
export type DecisionCode = ObstacleCode | 'stale' | 'sender-gone';

export type Decision =
  | { verdict: 'send' }
  | { verdict: 'defer'; code: ObstacleCode; until: number; detail: Record<string, unknown> }
  | { verdict: 'skip'; code: 'stale' | 'hours'; detail: Record<string, unknown> };

/**
 * By message id. Those that may leave use the budget up in the order of class, priority and age. A deferred message
 * is to be asked about again at `until`, the first instant at which all that is known now would let it go, or
 * at which it is stale.
 */
export function arbitrate(
  waiting: readonly WaitingMessage[],
  { caps, holds, contacts }: Budget,
  now: number,
): Map<string, Decision> {
  const decisions = new Map<string, Decision>();
  const counted = [...contacts];
  for (const message of [...waiting].sort(inOrder)) {
    const decision = decide(message, { caps, holds, contacts: counted }, now);
    if (decision.verdict === 'send')
      counted.push({
        id: message.id,
        class: message.class,
        at: now,
        ...(message.isRival ? { isUncertain: true } : {}),
      });
    decisions.set(message.id, decision);
  }
  return decisions;
}

const inOrder = (a: WaitingMessage, b: WaitingMessage): number =>
  rankOf(a.class) - rankOf(b.class) ||
  b.priority - a.priority ||
  a.since - b.since ||
  (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

interface Obstacle {
  code: ObstacleCode;
  until: number;
  detail: Record<string, unknown>;
}

function decide(message: WaitingMessage, budget: Budget, now: number): Decision {
  const { staleAt } = message;
  if (staleAt !== null && now >= staleAt)
    return { verdict: 'skip', code: 'stale', detail: { since: iso(message.since) } };
  const first = obstacle(message, budget, now);
  if (first === null) return { verdict: 'send' };
  if (first === 'never') return { verdict: 'skip', code: 'hours', detail: {} };
  // What is uncertain now is known by then.
  const known = { ...budget, contacts: budget.contacts.filter((each) => !each.isUncertain) };
  // The next obstacle after this one is gone, and so on: it is asked about again once, not at each.
  let until = first.until;
  for (let next = obstacle(message, known, until); next; next = obstacle(message, known, until)) {
    if (next === 'never') return { verdict: 'skip', code: 'hours', detail: {} };
    until = next.until;
  }
  return { ...first, verdict: 'defer', until: Math.min(until, staleAt ?? until) };
}

/** What keeps it from leaving at that instant; each ends later than `at`. */
function obstacle(message: WaitingMessage, budget: Budget, at: number): Obstacle | 'never' | null {
  const hold = budget.holds
    .filter((each) => each.until > at && (each.covers === 'everything' || message.class !== 'process'))
    .sort((a, b) => b.until - a.until)[0];
  if (hold) return { code: 'held', until: hold.until, detail: { holdId: hold.id, until: iso(hold.until) } };
  const certain = budget.contacts.filter((each) => !each.isUncertain);
  const full = fullCap(message, { ...budget, contacts: certain }, at);
  if (full) return full;
  // Only one that has not left yet is in the way: soon it has, or has turned out not to.
  if (certain.length < budget.contacts.length) {
    const behind = fullCap(message, budget, at);
    if (behind) return { code: 'rival', until: at + soon, detail: { messageId: behind.detail.messageId } };
  }
  const open = nextOpening(at, { ...message, holidaysOf: holidaysFor(message) });
  if (open === null) return 'never';
  if (open.at === at) return null;
  return open.holiday === null
    ? { code: 'hours', until: open.at, detail: {} }
    : { code: 'holiday', until: open.at, detail: { holiday: open.holiday } };
}

function fullCap(message: WaitingMessage, { caps, contacts }: Budget, at: number): Obstacle | null {
  let latest: Obstacle | null = null;
  for (const { classes, most, days } of caps) {
    if (!classes.includes(message.class)) continue;
    const recent = contacts
      .filter((each) => classes.includes(each.class) && each.at > at - days * day)
      .sort((a, b) => a.at - b.at);
    // Once this one is older than the window, one fewer than the cap is left in it.
    const inTheWay = recent[recent.length - most];
    const last = recent.at(-1);
    if (!inTheWay || !last) continue;
    const until = inTheWay.at + days * day;
    if (!latest || until > latest.until)
      latest = { code: 'cap', until, detail: { most, days, lastAt: iso(last.at), messageId: last.id } };
  }
  return latest;
}

const iso = (ms: number): string => new Date(ms).toISOString();
