/**
 * Pure: waits for time to pass, by each of its rules.
 *
 * A length of time is counted once, when the wait begins, and stays. A moment on the candidate's clock and a date of
 * hers may move while she waits: the run looks again when her details change and when its deadline comes, and works
 * it out anew. If it has moved, the run waits for the new one, and the ledger says from where it moved. A time of day
 * that has gone by because of the move comes again on the next of its days; a date that has gone by is past. Woken
 * late for a time of day (a pause, a stop of the machines), the run goes on; for hours of the day (`latest`) it waits
 * for the next ones.
 */
import { asInstant, read } from '../conditions/memory.ts';
import type { NodeId } from '../flow/schema.ts';
import type { DateRule, LocalRule, SleepOp } from '../plan/ops.ts';
import { addDuration, isTimeZone } from '../time/calendar.ts';
import { atLocal, localDate, nextLocal } from '../time/local.ts';
import { dateRuleInWords, localRuleInWords } from '../time/rule-words.ts';
import { addWorkingDuration, isAllowedDay, nextInWindow } from '../time/windows.ts';
import { atLeast, type Landing } from './deadline.ts';
import type { Wait } from './state.ts';
import type { Walk } from './walk.ts';

/** What the candidate's clock or dates can change by. */
const listens = 'candidate.updated';

export function sleep(walk: Walk, node: NodeId, op: SleepOp): Landing {
  const begun = walk.state.wait;
  const since = begun?.since ?? walk.now;
  const soonest = (from: number) => atLeast(walk, node, since, from);
  // A time of day that comes this very moment is, in a loop, the one that has just been waited for.
  const begins = 'until' in op ? soonest(since) : since;
  let due = begun && 'for' in op ? begun.until : dueFrom(walk, op, begins);
  const ends = soonest(due === null || due < since ? since : due);
  const hasMoved = begun !== null && ends !== begun.until && !isLate(walk, begun, due);
  if (hasMoved && 'until' in op && due !== null && due < walk.now) due = dueFrom(walk, op, soonest(walk.now));
  const isPast = due === null || due < (hasMoved ? walk.now : since);
  const until = soonest(isPast || due === null ? since : due);
  if (walk.now < until) {
    walk.state.wait = waitOf(walk, op, { since, until, begun, hasMoved });
    return 'waiting';
  }
  const wait = begun ?? waitOf(walk, op, { since, until, begun, hasMoved: false });
  const { rule, moved } = wait;
  // Where it has moved to this very moment or past it, that is what the ledger should tell.
  const detail = {
    kind: 'sleep',
    rule,
    until: isPast ? due : hasMoved && due !== null ? due : wait.until,
    ...('for' in op ? (op.working ? { working: op.working } : {}) : { by: byOf(op), whose: whose(walk) }),
    ...(moved
      ? { moved }
      : hasMoved && begun?.zone
        ? { moved: { from: begun.until, zone: begun.zone } }
        : {}),
  };
  walk.passed(until);
  if (isPast) {
    walk.leave(node, 'past', 'onPast' in op ? op.onPast : op.next, { ...detail, past: true });
    return 'moved';
  }
  walk.leave(node, 'next', op.next, detail);
  return 'moved';
}

/** Hours of the day that it wakes within: their first moment has gone by, and nothing has moved. */
const isLate = ({ now, zone }: Walk, begun: Wait, due: number | null): boolean =>
  due === now && now >= begun.until && zone === begun.zone;

interface Sleeping {
  since: number;
  until: number;
  begun: Wait | null;
  hasMoved: boolean;
}

function waitOf(walk: Walk, op: SleepOp, { since, until, begun, hasMoved }: Sleeping): Wait {
  if ('for' in op) return begun ?? { kind: 'sleep', since, until, rule: op.for, sinceSeq: walk.headSeq };
  const moved =
    begun?.moved ?? (hasMoved && begun ? { from: begun.until, zone: begun.zone ?? walk.zone } : null);
  return {
    kind: 'sleep',
    since,
    until,
    rule: ruleOf(op),
    listens,
    zone: walk.zone,
    ...(moved ? { moved } : {}),
    sinceSeq: begun ? Math.max(begun.sinceSeq, walk.headSeq) : walk.headSeq,
  };
}

/** When it is over for who begins to wait at `from`. Null: there is no such date. */
function dueFrom(walk: Walk, op: SleepOp, from: number): number | null {
  const { country } = walk.facts.candidate;
  if ('until' in op) return nextMoment(walk, op.until, from);
  if ('date' in op) return dateOf(walk, op.date);
  return op.working
    ? addWorkingDuration(from, op.for, walk.zone, country, op.working)
    : addDuration(from, op.for, walk.zone);
}

function nextMoment({ zone, facts, now }: Walk, { time, latest, ...days }: LocalRule, from: number): number {
  const { country } = facts.candidate;
  // Hours of the day are asked for as it is now: whoever comes late to them waits for the next.
  if (latest !== undefined)
    return nextInWindow(Math.max(from, now), { from: time, to: latest, ...days }, zone, country);
  const next = nextLocal(from, time, zone, (date) => isAllowedDay(date, days, country));
  if (next === null) throw new RangeError(`It is never ${time} on such a day`);
  return next;
}

function dateOf({ zone, facts, now }: Walk, { field, by, before, time }: DateRule): number | null {
  const value = read(field, { facts, now });
  const instant = asInstant(value);
  if (instant === null) return null;
  const isPlain = String(value).length === 'YYYY-MM-DD'.length;
  const date = isPlain ? String(value) : localDate(instant, zone);
  const at = time !== undefined || isPlain ? atLocal(date, time ?? '00:00', zone) : instant;
  return by === undefined ? at : addDuration(at, by, zone, before ? -1 : 1);
}

/** As a wait keeps it: a duration, or in words. */
export function ruleOf(op: SleepOp): string {
  if ('for' in op) return op.for;
  return 'until' in op ? localRuleInWords(op.until) : dateRuleInWords(op.date);
}

/** The rule as the ledger keeps it, for words later. */
const byOf = (op: Exclude<SleepOp, { for: string }>) =>
  'until' in op ? { until: op.until } : { date: op.date };

const whose = ({ facts }: Walk): 'candidate' | 'workspace' =>
  facts.candidate.timeZone !== null && isTimeZone(facts.candidate.timeZone) ? 'candidate' : 'workspace';
