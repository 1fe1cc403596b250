/** Pure: what comes next for one run, as far as it can be known today: by time for certain, by events both ways. */

import { conditionInWords } from '../conditions/words.ts';
import { decisionInWords } from '../contact/words.ts';
import { eventWords } from '../events/words.ts';
import type { Facts } from '../facts.ts';
import { describeNode } from '../flow/describe.ts';
import type { Graph, NodeId } from '../flow/schema.ts';
import { anything, type Plan } from '../plan/ops.ts';
import { SimulatedEnrolment } from '../simulate/enrolment.ts';
import type { SimulatedWorld } from '../simulate/world.ts';
import type { Names } from '../steps/step.ts';
import { zoneFor } from '../time/calendar.ts';
import { parseDuration } from '../time/duration.ts';
import { instantInWords } from '../time/words.ts';
import { problemInWords } from './effect-words.ts';
import { exitByCondition } from './leaving.ts';
import type { Pause } from './pauses.ts';
import type { RunState, StepRecord, Wait } from './state.ts';

export interface ForecastInput {
  plan: Plan;
  /** The graph that the plan was compiled from. */
  graph: Graph;
  state: RunState;
  facts: Facts;
  /** With what she was sent already, what waits to leave, and what holds contact. */
  world: SimulatedWorld;
  names: Names;
  /** Milliseconds since 1970. */
  now: number;
  enrolmentId: string;
  /** Milliseconds since 1970: when the run began. Default: now. */
  startedAt?: number;
  /** The flow's pauses; of one that lasts, it is taken that it ends now. Absent: none. */
  pauses?: readonly Pause[];
}

export interface ForecastStep {
  node: NodeId;
  /** Milliseconds since 1970; null: that depends on when something happens. */
  at: number | null;
  /** At the latest. */
  atLatest: number | null;
  title: string;
  /** On which condition it comes, and what to know about it; empty: nothing. */
  note: string;
  /** How the run comes there. */
  via: 'time' | 'event' | 'next';
  /** When its mail leaves, where it writes one that does and the time is certain; milliseconds since 1970. */
  leavesAt?: number;
}

export interface Forecast {
  /** In the order in which things come. Empty for a run that is over or blocked. The node it stands on now is left out. */
  steps: ForecastStep[];
  /** Time alone makes the flow's own condition for leaving true: when. Null: it does not, as far as can be seen. */
  leavesAt: number | null;
}

/** A step while ways to it are still being found. */
interface Found extends ForecastStep {
  under: Way['under'];
}

/** What a wait came to: outcomes in words, of so many that there may be. */
interface Under {
  outcomes: ReadonlyMap<string, string>;
  of: number;
}

/** A run that stands at a wait, on one of the ways that it may have come. */
interface Way {
  run: SimulatedEnrolment;
  certain: boolean;
  /** What must have happened, or not, for this way to be taken: by wait. */
  under: ReadonlyMap<NodeId, Under>;
  /** Waits already passed on this way: a loop is told once. */
  passed: ReadonlySet<NodeId>;
}

/** Ways followed at most: each wait for an event makes two of one. */
const maxWays = 100;
/** A condition that may flip again and again without coming true is followed so often. */
const maxLooks = 500;

export function forecast(input: ForecastInput): Forecast {
  if (input.state.status !== 'open') return { steps: [], leavesAt: null };
  const found = new Map<NodeId, Found>();
  const known = new Known(input, found);
  const { plan, world, facts, state, enrolmentId, now, startedAt = now, pauses = [] } = input;
  const start = { plan, world, facts, state, enrolmentId, now, pauses, start: startedAt };
  const run = SimulatedEnrolment.resume(start);
  const way: Way = { run, certain: true, under: new Map(), passed: new Set() };
  const open: Way[] = [];
  known.tell(way, [], state.wait ? 'time' : 'next');
  open.push(way, ...jumps(known, way));
  for (let ways = 0; ways < maxWays; ways++) {
    const from = open.shift();
    if (!from) break;
    open.push(...onwards(known, from));
  }
  const steps = [...found.values()]
    .map(({ under, note, ...step }) => ({
      ...step,
      note: [underWords(under), note].filter(Boolean).join(', '),
    }))
    .sort((a, b) => (a.atLatest ?? 0) - (b.atLatest ?? 0));
  return { steps, leavesAt: known.leavesAt };
}

/** From a wait on: by its event or its answers, where it waits for one, and by what time alone brings. */
function onwards(known: Known, from: Way): Way[] {
  const { run } = from;
  const { node, wait } = run.state;
  if (run.end || node === null || !wait || from.passed.has(node)) return [];
  const op = known.input.plan.ops[node];
  const byTime: Way = { ...from, run: run.fork(), passed: new Set([...from.passed, node]) };
  const outlast = goOn(byTime.run, node, wait);
  const of = op?.op === 'effect' && op.answer ? Object.keys(op.answer.ports).length + 1 : 2;
  const under = (outcome: string, words: string) =>
    new Map([...from.under, [node, { outcomes: new Map([[outcome, words]]), of }]]);
  const ways: Way[] = [];
  // What may happen may do so at any time until then: it is told as of the latest.
  const imagine = (type: string, outcome: string, words: string, data?: Record<string, unknown>) => {
    const imagined = run.fork();
    imagined.runUntil(Math.max(imagined.now, outlast - 1));
    if (imagined.state.node !== node || imagined.end) return;
    imagined.now = outlast;
    imagined.imagine(type, node, data);
    const way: Way = { ...byTime, run: imagined, certain: false, under: under(outcome, words) };
    known.tell(way, from.run.steps, 'event');
    ways.push(way);
  };
  if (op?.op === 'effect' && op.answer) {
    for (const outcome of Object.keys(op.answer.ports))
      imagine(op.answer.event, outcome, outcome, { node: wait.asked ?? node, visit: wait.visit, outcome });
    byTime.under = under('timeout', 'no answer');
  } else if (op?.op === 'await') {
    const { happened, absent } = outcomesOf(known.input, node, op.event);
    // What time alone brings needs nobody to do anything: a condition that comes true, a hold that ends.
    const comes = ['event', 'next'].includes(byTime.run.steps.at(run.steps.length)?.port ?? '');
    if (!comes) {
      imagine(op.event, 'event', happened);
      byTime.under = under('timeout', absent);
    }
  }
  known.tell(byTime, run.steps, 'time');
  return [...ways, byTime];
}

/** Lets time pass until the run has left where it waits; when that was, in milliseconds. */
function goOn(run: SimulatedEnrolment, node: NodeId, wait: Wait): number {
  const isThere = () => !run.end && run.state.node === node && run.state.wait?.since === wait.since;
  const before = run.steps.length;
  for (let looks = 0; looks < maxLooks && isThere() && run.wakeAt !== null; looks++) run.runUntil(run.wakeAt);
  return run.steps.slice(before).find((step) => step.node === node)?.leftAt ?? run.now;
}

/** One way for each goal that the run may jump to from where it stands. */
function jumps(known: Known, from: Way): Way[] {
  const { input } = known;
  const { state } = input;
  return (input.plan.goals ?? []).flatMap((node): Way[] => {
    const op = input.plan.ops[node];
    const { run } = from;
    if (op?.op !== 'goal' || !state.wait || !run.state.wait || run.state.visits[node] !== undefined)
      return [];
    const jumped = run.fork();
    jumped.now = Math.max(run.now, run.state.wait.until);
    jumped.imagine(op.event, node);
    const way: Way = {
      run: jumped,
      certain: false,
      under: new Map([[node, { outcomes: new Map([['jump', eventWords(op.event).happened]]), of: 2 }]]),
      passed: new Set([...from.passed, ...(state.node ? [state.node] : [])]),
    };
    known.tell(way, run.steps, 'event');
    return [way];
  });
}

/** Until when, and for a moment on a clock by which rule. */
function waitNote({ until, rule, kind }: Wait, timeZone: string, now: number): string {
  const to = `to ${instantInWords(until, timeZone, now)}`;
  return kind === 'sleep' && !parseDuration(rule) ? `${to}: ${rule}` : to;
}

/** What may come of waiting for an event, or for a condition. */
function outcomesOf({ plan, names }: ForecastInput, node: NodeId, event: string) {
  if (event !== anything) return eventWords(event);
  const op = plan.ops[node];
  const when = op?.op === 'await' && op.when ? conditionInWords(op.when, names) : '';
  return { happened: when, absent: `not: ${when}` };
}

/** What is known so far of what comes. */
class Known {
  readonly input: ForecastInput;
  readonly #found: Map<NodeId, Found>;
  readonly #current: NodeId | null;
  leavesAt: number | null = null;

  constructor(input: ForecastInput, found: Map<NodeId, Found>) {
    this.input = input;
    this.#found = found;
    this.#current = input.state.wait ? input.state.node : null;
  }

  /** Where a way has led since it had come so far. */
  tell(way: Way, before: readonly StepRecord[], first: ForecastStep['via']): void {
    const { run, passed } = way;
    let via = first;
    for (const step of run.steps.slice(before.length)) {
      if (step.node === this.#current || passed.has(step.node)) continue;
      this.#add(way, step, via, this.#noteOf(step, run));
      via = 'next';
    }
    const { node, wait, enteredAt } = run.state;
    if (node && wait && node !== this.#current && !passed.has(node))
      this.#add(way, { node, visit: 0, enteredAt }, via, waitNote(wait, zoneFor(run.facts), this.input.now));
    if (way.certain && run.end?.reason === exitByCondition) this.leavesAt = run.endedAt;
  }

  /** Several ways to one node: no sooner than is certain, no later than the latest, on no condition that only some have. */
  #add(
    way: Way,
    { node, visit, enteredAt }: Pick<StepRecord, 'node' | 'visit' | 'enteredAt'>,
    via: ForecastStep['via'],
    note: string,
  ): void {
    const at = way.certain ? enteredAt : null;
    const before = this.#found.get(node);
    if (before) {
      before.at = before.at === null || at === null ? null : Math.min(before.at, at);
      before.atLatest = Math.max(before.atLatest ?? 0, enteredAt);
      before.under = either(before.under, way.under);
      if (before.at === null) delete before.leavesAt;
      return;
    }
    const drawn = this.input.graph.nodes.find((each) => each.id === node);
    const title = drawn ? describeNode(drawn, this.input.names).summary : node;
    const mail = way.run.messages.find((message) => message.node === node && message.visit === visit);
    const leaves = at !== null && mail ? { leavesAt: mail.at } : {};
    this.#found.set(node, { node, at, atLatest: enteredAt, title, note, under: way.under, via, ...leaves });
  }

  #noteOf({ node, visit, detail }: StepRecord, run: SimulatedEnrolment): string {
    if (typeof detail.code === 'string') return problemInWords(detail.code, detail).toLowerCase();
    const never = run.mailbox.skipped.get(`${node} ${visit}`);
    if (never) return `not sent: ${lower(decisionInWords(never, {}))}`;
    const mail = run.messages.find((message) => message.node === node && message.visit === visit);
    if (!mail || mail.at <= mail.writtenAt) return '';
    const leaves = `goes out at ${instantInWords(mail.at, zoneFor(run.facts), this.input.now)}`;
    const holiday = mail.obstacle?.holiday ?? detail.holiday;
    if (typeof holiday === 'string') return `${leaves} because of ${holiday}`;
    return mail.deferred === 'cap' || mail.deferred === 'held'
      ? `${leaves}: ${obstacleInWords(mail.deferred, mail.obstacle ?? {})}`
      : leaves;
  }
}

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

const obstacleInWords = (code: string, { most, days }: Record<string, unknown>): string =>
  code === 'cap'
    ? `at most ${many(most, 'message')} in ${many(days, 'day')}`
    : lower(decisionInWords(code, {}));
const many = (n: unknown, what: string): string => `${String(n)} ${what}${n === 1 ? '' : 's'}`;

/** What holds on both ways. A wait that may have come to anything says nothing. */
function either(one: Way['under'], other: Way['under']): Way['under'] {
  const both = [...one].flatMap(([node, { outcomes, of }]): [NodeId, Under][] => {
    const more = other.get(node);
    const all = new Map([...outcomes, ...(more?.outcomes ?? [])]);
    return more && all.size < of ? [[node, { outcomes: all, of }]] : [];
  });
  return new Map(both);
}

/** "if replied or clicked and no bounce". */
function underWords(under: Found['under']): string {
  const conditions = new Set(
    [...under.values()].map(({ outcomes }) => [...outcomes.values()].map(lower).join(' or ')),
  );
  return conditions.size > 0 ? `if ${[...conditions].join(' and ')}` : '';
}
