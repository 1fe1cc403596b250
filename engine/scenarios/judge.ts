/** Pure: plays a scenario on the virtual clock and says of each expectation whether it came true, and what did. */
import { judge } from '../conditions/memory.ts';
import { conditionInWords, type ValueNames } from '../conditions/words.ts';
import type { SimulatedWorld } from '../effects/world.ts';
import { isEventType } from '../events/words.ts';
import type { NewEvent } from '../events.ts';
import type { Facts } from '../facts.ts';
import { describeNode } from '../flow/describe.ts';
import type { Graph } from '../flow/schema.ts';
import type { Plan } from '../plan/ops.ts';
import { beginningOf } from '../simulate/beginning.ts';
import { type Pausing, type SimulatedRun, simulate } from '../simulate/simulate.ts';
import { someone } from '../simulate/someone.ts';
import type { Names } from '../steps/step.ts';
import { addDuration, isTimeZone, zoneFor } from '../time/calendar.ts';
import type { Duration } from '../time/duration.ts';
import { atLocal } from '../time/local.ts';
import { durationInWords, instantInWords } from '../time/words.ts';
import { type Expectation, isPausing, type pausing, type Scenario } from './scenario.ts';

export interface ScenarioInput {
  scenario: Scenario;
  plan: Plan;
  /** The graph that the plan was compiled from. */
  graph: Graph;
  world: SimulatedWorld;
  names: Names;
  workspace: Facts['workspace'];
}

export interface Judgement {
  cameTrue: boolean;
  /** What was expected: "“Thank you” is sent". */
  expected: string;
  /** What came of it: "Sent on Mon 5 Jan, 9:00 (Lisbon)". */
  actual: string;
}

export interface ScenarioResult {
  id: string;
  name: string;
  green: boolean;
  judgements: Judgement[];
  /** Why it could not be played at all; null: it was. */
  problem: string | null;
}

const pausings: Record<(typeof pausing)[number], Pausing> = {
  'flow.paused': 'pause',
  'flow.resumed': 'resume',
};

/** A loop may go round for ever; this long is long enough to see what it does. */
const longest: Duration = 'P2Y';
const monday = '2026-01-05';

export function playScenario(input: ScenarioInput): ScenarioResult {
  const { id, name, expect } = input.scenario;
  const problem = unplayable(input);
  if (problem) return { id, name, green: false, judgements: [], problem };
  const played = play(input);
  const judgements = expect.map((expectation) => judgeOne(expectation, played));
  return { id, name, green: judgements.every((each) => each.cameTrue), judgements, problem: null };
}

export const playScenarios = (
  scenarios: readonly Scenario[],
  input: Omit<ScenarioInput, 'scenario'>,
): ScenarioResult[] => scenarios.map((scenario) => playScenario({ ...input, scenario }));

function unplayable({ scenario, plan }: ScenarioInput): string | null {
  const { trigger, candidate, events } = scenario;
  if (plan.triggers.length === 0) return 'The flow has no trigger to enter by.';
  if (trigger && !plan.triggers.some((each) => each.node === trigger))
    return 'The trigger that this scenario enters by is not in the flow any more.';
  if (candidate.timeZone && !isTimeZone(candidate.timeZone))
    return `“${candidate.timeZone}” is not a time zone.`;
  const unknown = events.find((event) => !isPausing(event.type) && !isEventType(event.type));
  return unknown ? `Nothing that can happen is called “${unknown.type}”.` : null;
}

interface Played extends ScenarioInput {
  start: number;
  zone: string;
  run: SimulatedRun;
  /** The same run, followed so far only. */
  until(at: number): SimulatedRun;
}

function play(input: ScenarioInput): Played {
  const { scenario, plan, world } = input;
  const facts = factsOf(input);
  const zone = zoneFor(facts);
  const start = scenario.start ? Date.parse(scenario.start) : atLocal(monday, '09:00', zone);
  const timed = scenario.events.map(({ after, type, data }) => ({
    type: type as NewEvent['type'],
    data,
    at: after ? addDuration(start, after, zone) : start,
  }));
  const events = timed.filter(({ type }) => !isPausing(type));
  const pauses = timed.flatMap(({ type, at }) => (isPausing(type) ? [{ at, does: pausings[type] }] : []));
  const { graph, names } = input;
  const beginning = beginningOf({
    plan,
    nodes: graph.nodes,
    facts,
    names,
    start,
    trigger: scenario.trigger ?? null,
  });
  const until = (at: number) =>
    simulate({ ...beginning, plan, world, facts, start, events, pauses, until: at });
  return { ...input, start, zone, run: until(addDuration(start, longest, zone)), until };
}

function factsOf({ scenario, world, workspace }: ScenarioInput): Facts {
  const start = Date.parse(scenario.start ?? `${monday}T09:00:00Z`);
  const { candidate, application, job, ...rest } = someone(workspace, start);
  const told = Object.fromEntries(
    Object.entries(scenario.candidate).filter(([, value]) => value !== undefined),
  );
  const who = { ...candidate, ...told };
  const given = scenario.application ?? {};
  const stage = world.stages.find((each) => each.name === (given.stage ?? application?.stage)) ?? null;
  return {
    ...rest,
    candidate: { ...who, fullName: [who.firstName, who.lastName].filter(Boolean).join(' ') },
    application:
      scenario.application === null || !application
        ? null
        : {
            ...application,
            source: given.source ?? application.source,
            stage: stage?.name ?? given.stage ?? application.stage,
            stageId: stage?.id ?? null,
            stageKind: given.stageKind ?? stage?.kind ?? application.stageKind,
          },
    job: scenario.application === null || !job ? null : { ...job, title: given.job ?? job.title },
  };
}

type Judges = {
  [T in Expectation['that']]: (expectation: Extract<Expectation, { that: T }>, played: Played) => Judgement;
};

const judges: Judges = {
  sends({ templateId, times = 1, by }, played) {
    const sent = sentBy(played, templateId).filter((at) => !by || at <= later(played, by));
    const name = `“${played.names.template(templateId) ?? 'a template that is gone'}”`;
    return {
      cameTrue: sent.length === times,
      expected: `${name} is sent ${timesInWords(times)}${within(by)}`,
      actual:
        sent.length === 0
          ? 'It was not sent'
          : `Sent ${sent.map((at) => `on ${moment(at, played)}`).join(' and ')}`,
    };
  },
  'sends-nothing'({ templateId, after }, played) {
    const from = after ? later(played, after) : Number.NEGATIVE_INFINITY;
    const sent = sentBy(played, templateId).filter((at) => at > from);
    const what = templateId
      ? `“${played.names.template(templateId) ?? 'a template that is gone'}” is not sent`
      : 'Nothing is sent';
    return {
      cameTrue: sent.length === 0,
      expected: `${what}${after ? ` after ${durationInWords(after)}` : ''}`,
      actual:
        sent.length === 0
          ? 'Nothing was sent'
          : `Sent on ${sent.map((at) => moment(at, played)).join(' and ')}`,
    };
  },
  passes({ node, port }, played) {
    const visits = played.run.steps.filter((step) => step.node === node && step.outcome !== 'failed');
    const label = portLabel(played, node, port);
    return {
      cameTrue: visits.some((step) => port === undefined || step.port === port),
      expected: `Passes “${title(node, played)}”${label ? ` by “${label}”` : ''}`,
      actual:
        visits.length === 0
          ? 'The way did not lead there'
          : `Left by ${visits.map((step) => `“${portLabel(played, node, step.port ?? undefined) || 'its end'}” on ${moment(step.leftAt, played)}`).join(' and ')}`,
    };
  },
  avoids({ node }, played) {
    const visit = played.run.steps.find((step) => step.node === node);
    const isThere = played.run.state.node === node;
    return {
      cameTrue: !visit && !isThere,
      expected: `Does not come to “${title(node, played)}”`,
      actual:
        visit || isThere
          ? `Reached on ${moment(visit?.enteredAt ?? played.run.state.enteredAt, played)}`
          : 'The way did not lead there',
    };
  },
  stands({ node, after }, played) {
    const then = played.until(later(played, after));
    return {
      cameTrue: then.state.node === node,
      expected: `Stands at “${title(node, played)}” after ${durationInWords(after)}`,
      actual: whereabouts(then, played),
    };
  },
  ends({ as, by }, played) {
    const { end, at } = played.run;
    return {
      cameTrue: end !== null && (as === undefined || end.status === as) && (!by || at <= later(played, by)),
      expected: `${as ? manners[as] : 'Is over'}${within(by)}`,
      actual: whereabouts(played.run, played),
    };
  },
  holds({ when, after }, played) {
    const then = after ? played.until(later(played, after)) : played.run;
    const names: ValueNames = { pool: played.names.pool, job: played.names.job };
    const { holds } = judge(when, { facts: then.facts, now: then.at });
    return {
      cameTrue: holds,
      expected: `${conditionInWords(when, names)}${after ? ` after ${durationInWords(after)}` : ' in the end'}`,
      actual: holds ? 'It is so' : 'It is not so',
    };
  },
};

const judgeOne = <T extends Expectation['that']>(
  expectation: Extract<Expectation, { that: T }>,
  played: Played,
): Judgement => (judges[expectation.that as T] as Judges[T])(expectation, played);

const manners = {
  ended: 'Comes to the end',
  exited: 'Leaves the flow',
  converted: 'Reaches the goal',
} as const;

const later = ({ start, zone }: Played, duration: Duration): number => addDuration(start, duration, zone);
const moment = (at: number, { zone }: Played): string => instantInWords(at, zone, at);
const within = (by: Duration | undefined): string => (by ? ` within ${durationInWords(by)}` : '');
const timesInWords = (times: number): string =>
  times === 1 ? 'once' : times === 2 ? 'twice' : `${times} times`;

/** When a template was sent, or any: milliseconds. */
function sentBy({ run, graph }: Played, templateId: string | undefined): number[] {
  const nodes = new Set(
    graph.nodes.filter((node) => node.data.templateId === templateId).map((node) => node.id),
  );
  return run.messages
    .filter((message) => templateId === undefined || nodes.has(message.node))
    .map((message) => message.at);
}

const title = (node: string, { graph, names }: Played): string => {
  const drawn = graph.nodes.find((each) => each.id === node);
  return drawn ? describeNode(drawn, names).summary : 'a step that is gone';
};

function portLabel({ graph, names }: Played, node: string, port: string | undefined): string {
  if (!port) return '';
  const drawn = graph.nodes.find((each) => each.id === node);
  const found = drawn && describeNode(drawn, names).ports.find((each) => each.id === port);
  return found?.label || port;
}

function whereabouts(run: SimulatedRun, played: Played): string {
  if (run.end) return `${manners[run.end.status]} on ${moment(run.at, played)}`;
  if (run.state.problem) return `Blocked at “${title(run.state.problem.node, played)}”`;
  return run.state.node ? `Stands at “${title(run.state.node, played)}”` : 'Is over';
}
