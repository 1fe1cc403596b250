/** Pure: a dry run of the draft with the engine's own simulator, and how the canvas shows it. */
import { eventWords } from '../../../engine/events/words.ts';
import type { EventType, NewEvent } from '../../../engine/events.ts';
import type { Facts } from '../../../engine/facts.ts';
import type { FlowNode, Graph, NodeId } from '../../../engine/flow/schema.ts';
import { compile, InvalidFlow } from '../../../engine/plan/compile.ts';
import type { Plan } from '../../../engine/plan/ops.ts';
import { explainStep, type Reason } from '../../../engine/run/explain.ts';
import { beginningOf } from '../../../engine/simulate/beginning.ts';
import { type SimulatedRun, simulate } from '../../../engine/simulate/simulate.ts';
import type { SimulatedWorld } from '../../../engine/simulate/world.ts';
import type { Names } from '../../../engine/steps/step.ts';
import { wallClockInWords } from '../../../engine/time/words.ts';
import type { Decoration } from '../canvas/drawing.ts';
import type { LinePart, Way } from '../canvas/look.ts';
import { flowTexts as t } from '../texts.ts';

export interface TestStep {
  node: NodeId;
  visit: number;
  /** Milliseconds since 1970. */
  enteredAt: number;
  leftAt: number;
  title: string;
  reasons: Reason[];
  outcome: 'passed' | 'skipped' | 'failed';
  port: string | null;
  /** What was waited for, where a test may decide what happens. */
  waitedFor: string | null;
  /** It called another system, which answers as the test says. */
  calls: boolean;
  message: { subject: string; html: string; to: string } | null;
}

export interface TestRun {
  candidate: string;
  /** IANA name: all times of the test are in it. */
  zone: string;
  start: number;
  steps: TestStep[];
  /** Why it could not go on or did not end, as a sentence. */
  stopped: string | null;
  /** Milliseconds since 1970: when it ended; null where it did not. */
  endedAt: number | null;
  /** What was made to happen, in milliseconds since the start. */
  events: { type: string; afterMs: number; data: Record<string, unknown> }[];
}

export interface TestInput {
  graph: Graph;
  facts: Facts;
  world: SimulatedWorld;
  names: Names;
  trigger: NodeId | null;
  /** Milliseconds since 1970. */
  start: number;
  /** The waits in which what is waited for happens, a day after they began. */
  happening: ReadonlySet<NodeId>;
  /** What the systems answer that these steps call; the others take the call. */
  answers: ReadonlyMap<NodeId, CallAnswer>;
}
/** What another system can be made to do in a test. */
export const callAnswers = ['success', 'failure', 'timeout'] as const;
export type CallAnswer = (typeof callAnswers)[number];

const dayMs = 86_400_000;

/** The draft need not be ready to publish, as long as it can be compiled. Never throws. */
export function runTest(input: TestInput): TestRun {
  const zone = input.facts.candidate.timeZone ?? input.facts.workspace.timeZone;
  const empty = {
    candidate: input.facts.candidate.fullName,
    zone,
    start: input.start,
    steps: [],
    endedAt: null,
    events: [],
  };
  let plan: Plan;
  try {
    // A test pins nothing: each template is its own version.
    plan = compile(input.graph, {
      templates: Object.fromEntries(input.world.templates.map(({ id }) => [id, id])),
    });
  } catch (error) {
    return { ...empty, stopped: error instanceof InvalidFlow ? t.test.notReady : t.test.cannotRun };
  }
  if (plan.triggers.length === 0) return { ...empty, stopped: t.test.notReady };
  const { run, events } = withEvents(plan, input);
  const nodes = new Map(input.graph.nodes.map((node) => [node.id, node]));
  const steps = run.steps.flatMap((step) => {
    const node = nodes.get(step.node);
    return node ? [told(step, node, run, input, zone)] : [];
  });
  const blocked = run.state.status === 'blocked' ? t.test.blocked : null;
  return {
    ...empty,
    steps,
    stopped: blocked ?? (run.end ? null : t.test.goesOn),
    endedAt: run.end ? run.at : null,
    events: events.map(({ type, at, data = {} }) => ({ type, afterMs: at - input.start, data })),
  };
}

/** Each event is placed once its wait is known to begin, so the run is followed again with one more of them. */
function withEvents(
  plan: Plan,
  input: TestInput,
): { run: SimulatedRun; events: (NewEvent & { at: number })[] } {
  const { facts, world, start, happening, answers } = input;
  const beginning = beginningOf({ ...input, plan, nodes: input.graph.nodes });
  const events: (NewEvent & { at: number })[] = [...answers].map(([node, outcome]) => ({
    type: 'webhook.answered',
    applicationId: facts.application?.id ?? null,
    data: { node, outcome },
    at: start,
  }));
  const placed = new Set<NodeId>();
  const once = () => simulate({ ...beginning, plan, world, facts, start, events });
  let run = once();
  for (let round = 0; round < happening.size; round++) {
    const next = run.steps.find((step) => happening.has(step.node) && !placed.has(step.node));
    const op = next && plan.ops[next.node];
    if (!next || op?.op !== 'await') break;
    placed.add(next.node);
    events.push({
      type: op.event as EventType,
      applicationId: facts.application?.id ?? null,
      at: Math.min(next.enteredAt + dayMs, next.leftAt - 1),
    });
    run = once();
  }
  return { run, events };
}

function told(
  step: SimulatedRun['steps'][number],
  node: FlowNode,
  run: SimulatedRun,
  { names }: TestInput,
  zone: string,
): TestStep {
  const { title, reasons } = explainStep(
    { nodeId: step.node, outcome: step.outcome, port: step.port, detail: step.detail },
    node,
    names,
    zone,
  );
  const message = run.messages.find((each) => each.node === step.node && each.visit === step.visit);
  return {
    node: step.node,
    visit: step.visit,
    enteredAt: step.enteredAt,
    leftAt: step.leftAt,
    title,
    reasons,
    outcome: step.outcome,
    port: step.port,
    waitedFor:
      node.type === 'wait-for' && typeof node.data.event === 'string'
        ? eventWords(node.data.event).noun
        : null,
    calls: node.type === 'call-webhook',
    message: message ? { subject: message.subject, html: message.html, to: message.to } : null,
  };
}

/** The path in green with its times; everything else stands back. */
export function decorateTest(run: TestRun, graph: Graph): Decoration {
  const last = new Map(run.steps.map((step) => [step.node, step]));
  const taken = new Set(
    run.steps.flatMap((step) =>
      graph.edges
        .filter((edge) => edge.source === step.node && edge.sourceHandle === step.port)
        .map((edge) => edge.id),
    ),
  );
  const line = (id: NodeId): LinePart[] => {
    const step = last.get(id);
    if (!step) return [{ text: t.runs.notTaken, tone: 'muted' }];
    const when = wallClockInWords(step.leftAt, run.zone, run.start);
    if (step.outcome === 'failed') return [{ text: when, tone: 'bad', icon: 'cross' }];
    return [
      { text: when, tone: 'good', icon: 'check' },
      ...(step.outcome === 'skipped' ? [{ text: t.runs.skipped, tone: 'muted' as const }] : []),
    ];
  };
  const nodeWay = (id: NodeId): Way => {
    const step = last.get(id);
    return step ? (step.outcome === 'failed' ? 'blocked' : 'taken') : 'untaken';
  };
  return { line, nodeWay, edgeWay: (id) => (taken.has(id) ? 'taken' : 'untaken'), editable: false };
}
