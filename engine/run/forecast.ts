/** Pure: what comes next for one run, as far as it can be known today: by time for certain, by events both ways. */

import { havingHappened } from '../conditions/history.ts';
import { conditionInWords } from '../conditions/words.ts';
import { eventWords } from '../events/words.ts';
import type { RunEvent } from '../events.ts';
import type { Facts } from '../facts.ts';
import { describeNode } from '../flow/describe.ts';
import type { Graph, NodeId } from '../flow/schema.ts';
import { type Answer, anything, type Op, type Plan } from '../plan/ops.ts';
import { decide, type SimulatedWorld } from '../simulate/world.ts';
import type { Names } from '../steps/step.ts';
import { zoneFor } from '../time/calendar.ts';
import { parseDuration } from '../time/duration.ts';
import { instantInWords } from '../time/words.ts';
import { problemInWords } from './effect-words.ts';
import { isMessage } from './listen.ts';
import { run } from './run.ts';
import type { RunOutcome, RunState, Wait } from './state.ts';

export interface ForecastInput {
  plan: Plan;
  /** The graph that the plan was compiled from. */
  graph: Graph;
  state: RunState;
  facts: Facts;
  world: SimulatedWorld;
  names: Names;
  /** Milliseconds since 1970. */
  now: number;
  enrolmentId: string;
  applicationId: string | null;
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
}

/** A step while ways to it are still being found. */
interface Found extends ForecastStep {
  under: Position['under'];
}

interface Position {
  state: RunState;
  facts: Facts;
  /** The virtual clock; on a way by an event, the latest that it can be. */
  now: number;
  certain: boolean;
  via: ForecastStep['via'];
  event: RunEvent | null;
  /** What must have happened, or not, for this way to be taken: by wait and outcome, in words. */
  under: ReadonlyMap<string, string>;
  /** Waits already passed on this way: a loop is told once. */
  passed: ReadonlySet<NodeId>;
}

/** Ways followed at most: each wait for an event makes two of one. */
const maxWays = 100;

/** In the order in which things come. Empty for a run that is over or blocked. The node it stands on now is left out. */
export function forecast(input: ForecastInput): ForecastStep[] {
  if (input.state.status !== 'open') return [];
  const found = new Map<NodeId, Found>();
  const plan = unconditional(input.plan);
  const start = {
    facts: input.facts,
    event: null,
    under: new Map<string, string>(),
    passed: new Set<NodeId>(),
    certain: true,
  } as const;
  const open: Position[] = input.state.wait
    ? [
        ...onwards(
          plan,
          input,
          { ...start, state: input.state, now: input.now, via: 'next' },
          input.state.wait,
        ),
        ...jumps(plan, input, start),
      ]
    : [{ ...start, state: input.state, now: input.now, via: 'next' }];
  const current = input.state.wait ? input.state.node : null;

  for (let ways = 0; ways < maxWays; ways++) {
    const position = open.shift();
    if (!position) break;
    const { outcome, facts } = advance(plan, input, position);
    let via = position.via;
    for (const step of outcome.steps) {
      if (step.node === current || position.passed.has(step.node)) continue;
      add(found, input, step.node, position, via, noteOf(step.detail, position.now));
      via = 'next';
    }
    const { node, wait } = outcome.state;
    if (!node || !wait || position.passed.has(node)) continue;
    add(found, input, node, position, via, waitNote(wait, zoneFor(facts), input.now));
    open.push(...onwards(plan, input, { ...position, state: outcome.state, facts }, wait));
  }
  return [...found.values()]
    .map(({ under, note, ...step }) => ({
      ...step,
      note: [underWords(under), note].filter(Boolean).join(', '),
    }))
    .sort((a, b) => (a.atLatest ?? 0) - (b.atLatest ?? 0));
}

/** From a wait on: by its event, where it waits for one, and by its deadline. */
function onwards(plan: Plan, input: ForecastInput, from: Position, wait: Wait): Position[] {
  const node = from.state.node ?? '';
  const until = Math.max(wait.until, from.now);
  const passed = new Set([...from.passed, node]);
  const byTime: Position = { ...from, now: until, via: 'time', event: null, passed };
  const op = plan.ops[node];
  if (op?.op === 'effect' && op.answer) return [...byAnswer(input, from, byTime, op.answer, wait), byTime];
  if (op?.op !== 'await') return [byTime];
  const { happened, absent } = outcomesOf(input, node, op.event);
  const when = (outcome: string, words: string) => new Map([...from.under, [`${node}.${outcome}`, words]]);
  const event = imagined(op.event, Math.max(from.state.seenSeq, wait.sinceSeq) + 1, until, input);
  return [
    { ...byTime, certain: false, via: 'event', event, under: when('event', happened) },
    { ...byTime, under: when('timeout', absent) },
  ];
}

/** What would count, if it happened: a message of this run's own, or somebody else's doing. */
const imagined = (
  type: string,
  seq: number,
  at: number,
  { applicationId, enrolmentId }: ForecastInput,
): RunEvent => ({
  id: 'forecast',
  seq,
  type,
  at,
  applicationId,
  enrolmentId: isMessage(type) ? enrolmentId : null,
  data: {},
});

/** One way for each goal that the run may jump to from where it stands. */
function jumps(
  plan: Plan,
  input: ForecastInput,
  start: Pick<Position, 'facts' | 'under' | 'passed'>,
): Position[] {
  const { state, now } = input;
  return (plan.goals ?? []).flatMap((node): Position[] => {
    const op = plan.ops[node];
    if (op?.op !== 'goal' || state.visits[node] !== undefined) return [];
    const at = Math.max(now, state.wait?.until ?? now);
    return [
      {
        ...start,
        state,
        now: at,
        certain: false,
        via: 'event',
        event: imagined(op.event, Math.max(state.seenSeq, state.wait?.sinceSeq ?? 0) + 1, at, input),
        under: new Map([[`${node}.jump`, eventWords(op.event).happened]]),
        passed: new Set([...start.passed, ...(state.node ? [state.node] : [])]),
      },
    ];
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

/** One way for each answer there may be. */
function byAnswer(
  input: ForecastInput,
  from: Position,
  byTime: Position,
  answer: Answer,
  wait: Wait,
): Position[] {
  const node = from.state.node ?? '';
  return Object.keys(answer.ports).map((outcome) => ({
    ...byTime,
    certain: false,
    via: 'event',
    event: {
      id: 'forecast',
      seq: Math.max(from.state.seenSeq, wait.sinceSeq) + 1,
      type: answer.event,
      at: byTime.now,
      applicationId: input.applicationId,
      enrolmentId: input.enrolmentId,
      data: { node, visit: wait.visit, outcome },
    },
    under: new Map([...from.under, [`${node}.${outcome}`, outcome]]),
  }));
}

function advance(
  plan: Plan,
  input: ForecastInput,
  position: Position,
): { outcome: RunOutcome; facts: Facts } {
  const { enrolmentId, applicationId } = input;
  const events = position.event ? [position.event] : [];
  let { facts } = position;
  const generator = run({
    plan,
    state: position.state,
    enrolmentId,
    applicationId,
    facts,
    events,
    now: position.now,
    paused: false,
  });
  let next = generator.next();
  while (!next.done) {
    const result = decide(next.value, input.world, position.now);
    if (result.outcome === 'done')
      facts = havingHappened(
        result.facts,
        result.events.map((event) => event.type),
        position.now,
      );
    next = generator.next(result);
  }
  return { outcome: next.value, facts };
}

/** Several ways to one node: no sooner than is certain, no later than the latest, on no condition that only some have. */
function add(
  found: Map<NodeId, Found>,
  input: ForecastInput,
  node: NodeId,
  position: Position,
  via: ForecastStep['via'],
  note: string,
): void {
  const at = position.certain ? position.now : null;
  const before = found.get(node);
  if (before) {
    before.at = before.at === null || at === null ? null : Math.min(before.at, at);
    before.atLatest = Math.max(before.atLatest ?? 0, position.now);
    before.under = new Map([...before.under].filter(([outcome]) => position.under.has(outcome)));
    return;
  }
  const drawn = input.graph.nodes.find((each) => each.id === node);
  const title = drawn ? describeNode(drawn, input.names).summary : node;
  found.set(node, {
    node,
    at,
    atLatest: position.now,
    title,
    note,
    under: position.under,
    via,
  });
}

/** "if replied and no click". */
function underWords(under: Found['under']): string {
  const conditions = new Set(
    [...under.values()].map((words) => words.charAt(0).toLowerCase() + words.slice(1)),
  );
  return conditions.size > 0 ? `if ${[...conditions].join(' and ')}` : '';
}

function noteOf(detail: Record<string, unknown>, now: number): string {
  if (typeof detail.code === 'string') return problemInWords(detail.code, detail).toLowerCase();
  const { notBefore, zone, holiday } = detail;
  const why = typeof holiday === 'string' ? ` because of ${holiday}` : '';
  return typeof notBefore === 'string' && typeof zone === 'string'
    ? `goes out at ${instantInWords(Date.parse(notBefore), zone, now)}${why}`
    : '';
}

/** An event that has not happened has no data to ask about: it is taken to be one that counts. */
function unconditional(plan: Plan): Plan {
  const ops = Object.entries(plan.ops).map(([node, op]): [NodeId, Op] => [
    node,
    op.op === 'await' || op.op === 'goal' ? { ...op, when: undefined } : op,
  ]);
  return { ...plan, ops: Object.fromEntries(ops) };
}
