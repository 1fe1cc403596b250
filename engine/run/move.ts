/** Pure: a run taken to another node, of its own version or of another, by a person and not by its own steps. */
import type { NodeId } from '../flow/schema.ts';
import { canonicalJson } from '../plan/canonical.ts';
import { anything, type EffectOp, type Op, type Plan } from '../plan/ops.ts';
import { addDuration, zoneFor } from '../time/calendar.ts';
import type { Duration } from '../time/duration.ts';
import { addWorkingDuration, type Days } from '../time/windows.ts';
import { ruleOf } from './sleep.ts';
import {
  lookAgainAt,
  type RunInput,
  type RunOutcome,
  type RunState,
  shortestInLoop,
  type Wait,
} from './state.ts';
import { Walk } from './walk.ts';

export interface Destination {
  plan: Plan;
  node: NodeId;
  /** The greatest visit of each node that the run's ledger holds: no visit is ever counted twice. */
  visits: Record<NodeId, number>;
  /** What the ledger will say of it besides: the versions, and who moved it. */
  detail: Record<string, unknown>;
  /** Back to how it stood, instead of how the wait would be carried over. */
  restore?: Pick<RunState, 'status' | 'wait' | 'problem' | 'seenSeq' | 'heard'>;
}

/** What becomes of a wait: it goes on to its deadline, to one counted anew from its own beginning, or it is over. */
export type Becomes = 'keeps' | 'recounted' | 'begins' | 'at-once';

interface Deadline {
  kind: Wait['kind'];
  rule: Duration;
  working?: Pick<Days, 'skipHolidays'> | undefined;
  /** A moment on a clock, or a date: the rule says when, not how long. */
  isMoment?: true;
  event?: string;
  scope?: Wait['scope'];
}

/** Null: nobody waits at an op of this kind. */
function deadlineOf(op: Op | undefined): Deadline | null {
  if (op?.op === 'sleep')
    return 'for' in op
      ? { kind: 'sleep', rule: op.for, working: op.working }
      : { kind: 'sleep', rule: ruleOf(op), isMoment: true };
  if (op?.op === 'await') return { kind: 'await', rule: op.timeout, event: op.event, scope: op.scope };
  return null;
}

const isSameRule = (a: Deadline, b: Deadline): boolean =>
  a.rule === b.rule && a.isMoment === b.isMoment && canonicalJson(a.working) === canonicalJson(b.working);

const isAsking = (op: Op | undefined): boolean => op?.op === 'effect' && op.answer !== undefined;

/** What is asked, whatever the time to answer it. */
const questionOf = ({ effect, input }: EffectOp): unknown =>
  effect === 'task.create' ? { ...input, due: null } : input;

/** What was asked before is what would be asked now: the answer to it is an answer still. */
function isAskedAlike(from: Op | undefined, to: Op | undefined): boolean {
  return (
    from?.op === 'effect' &&
    to?.op === 'effect' &&
    from.effect === to.effect &&
    from.answer !== undefined &&
    from.answer.event === to.answer?.event &&
    canonicalJson(questionOf(from)) === canonicalJson(questionOf(to))
  );
}

/** What becomes of those who wait at `from` when they are taken to `to`. `waiting` false: they do not wait, they are blocked. */
export function becomes(from: Op | undefined, to: Op | undefined, waiting = true): Becomes {
  const next = deadlineOf(to);
  const now = deadlineOf(from);
  const anew = next || isAsking(to) ? 'begins' : 'at-once';
  if (!waiting) return anew;
  if (isAskedAlike(from, to))
    return from?.op === 'effect' && to?.op === 'effect' && from.answer?.timeout === to.answer?.timeout
      ? 'keeps'
      : 'recounted';
  if (!next || !now) return anew;
  if (isSameRule(now, next)) return 'keeps';
  return next.isMoment ? 'begins' : 'recounted';
}

/**
 * What the run has not heard yet is heard first, by the version it is in: an exit or a goal ends it and keeps its
 * reason (`end` is set, and it is not moved). Else its visit is completed in the ledger and it stands on the other
 * node. A wait that meets a wait keeps its deadline, or has it counted anew from when it began where the rule is
 * another; anything else begins on arrival. Events it has not seen are seen by the version it comes to.
 */
export function move(input: RunInput, to: Destination): RunOutcome {
  const walk = new Walk({ ...input, state: { ...input.state, visits: { ...to.visits } } });
  const { state } = walk;
  if (walk.hear(walk.events)) {
    state.seenSeq = walk.events.at(-1)?.seq ?? state.seenSeq;
    return walk.outcome(null);
  }
  const { node, wait, status } = state;
  const from = node ?? '';
  const visit = walk.visitOf(from);
  const carried = to.restore ? to.restore.wait : carriedOver(input, wait, from, to);
  walk.record(from, 'skipped', null, {
    kind: 'moved',
    from,
    to: to.node,
    ...(wait ? { rule: wait.rule, until: wait.until } : {}),
    ...(wait?.did ? { did: wait.did } : {}),
    ...(status === 'blocked' ? { blocked: true } : {}),
    ...(carried ? { nowRule: carried.rule, nowUntil: carried.until } : {}),
    ...to.detail,
  });
  state.visits[from] = visit;
  state.node = to.node;
  state.wait = carried;
  state.status = to.restore?.status ?? 'open';
  state.problem = to.restore?.problem ?? null;
  state.enteredAt = walk.stamp;
  state.goalUntil = goalUntilOf(input, to.plan);
  const open = state.status === 'open';
  // Whether the plan that it comes to has it leave is asked at once.
  const looksAt = carried && !to.plan.settings.exitWhen ? lookAgainAt(carried) : input.now;
  // Nothing is seen yet: what is unseen is for the plan that it comes to.
  return {
    ...walk.outcome(open ? looksAt : null),
    state: {
      ...state,
      heard: to.restore?.heard ?? input.state.heard,
      seenSeq: to.restore?.seenSeq ?? state.seenSeq,
    },
  };
}

function carriedOver(input: RunInput, wait: Wait | null, from: NodeId, to: Destination): Wait | null {
  if (!wait) return null;
  const before = input.plan.ops[from];
  const after = to.plan.ops[to.node];
  const inLoop = to.plan.loops.includes(to.node);
  const zone = zoneFor(input.facts);
  const until = (rule: Duration, same = rule === wait.rule, working?: Deadline['working']): number => {
    const counted = same
      ? wait.until
      : working
        ? addWorkingDuration(wait.since, rule, zone, input.facts.candidate.country, working)
        : addDuration(wait.since, rule, zone);
    return inLoop ? Math.max(counted, wait.since + shortestInLoop) : counted;
  };
  if (wait.kind === 'answer') {
    // Only the same question is answered by the same answer: whoever let a first approval pass has not let the second
    // one pass, and what one system says of a call is not what another would. So anything else is asked anew, of those
    // whom the step now names; and the same is not asked twice: nobody is to decide, and no system to be called, again.
    if (after?.op !== 'effect' || !after.answer || !isAskedAlike(before, after)) return null;
    const rule = after.answer.timeout;
    // Counted anew, the pauses within it are added anew, too.
    const { reanchored, ...asked } = wait;
    const moved = rule === wait.rule && reanchored !== undefined ? { reanchored } : {};
    return { ...asked, ...moved, rule, until: until(rule), asked: wait.asked ?? from };
  }
  const next = deadlineOf(after);
  if (!next) return null;
  const { kind, rule, event, scope, working } = next;
  const now = deadlineOf(before);
  const isSame = rule === wait.rule && (now === null || isSameRule(now, next));
  // A moment is the same one, or it is looked for from now on.
  if (next.isMoment) return isSame ? wait : null;
  const sameQuestion = wait.event === event && wait.kind === kind;
  return {
    kind,
    since: wait.since,
    until: until(rule, isSame, working),
    rule,
    sinceSeq: wait.sinceSeq,
    // Another condition may be true already.
    ...(event === anything ? { again: input.now } : {}),
    ...(event === undefined ? {} : { event }),
    ...(scope === undefined ? {} : { scope }),
    ...(sameQuestion && wait.answer ? { answer: wait.answer } : {}),
    // The deadline that it keeps has the pauses in it.
    ...(isSame && wait.reanchored !== undefined ? { reanchored: wait.reanchored } : {}),
  };
}

/** The window of the goal that the run is under now, counted from its own beginning. */
function goalUntilOf(input: RunInput, plan: Plan): number | null {
  const { goal } = plan.settings;
  if (!goal) return null;
  return addDuration(input.startedAt ?? input.now, goal.window, zoneFor(input.facts));
}
