/** Pure: a draft run for one candidate on a virtual clock, told step by step. */
import type { z } from '@hono/zod-openapi';
import type { StoredWorld } from '../db/queries/flow-world.ts';
import { isEventType } from '../engine/events/words.ts';
import type { EventType } from '../engine/events.ts';
import type { Facts } from '../engine/facts.ts';
import { namesFrom, typeOf } from '../engine/flow/describe.ts';
import { type FlowWorld, findProblems } from '../engine/flow/problems.ts';
import type { Graph } from '../engine/flow/schema.ts';
import { compile } from '../engine/plan/compile.ts';
import { explainStep } from '../engine/run/explain.ts';
import { beginningOf } from '../engine/simulate/beginning.ts';
import { simulate } from '../engine/simulate/simulate.ts';
import { addDuration, zoneFor } from '../engine/time/calendar.ts';
import { durationSchema } from '../engine/time/duration.ts';
import type { simulated } from './contract/flows.ts';
import { invalid, Problem } from './problems.ts';

export interface DraftSimulation {
  graph: Graph;
  world: StoredWorld;
  flowWorld: FlowWorld;
  facts: Facts;
  suppressed: string | null;
  /** Milliseconds. */
  start: number;
  /** The node that it begins with; default: the first. */
  trigger?: string;
  events: { after: string; type: string; data: Record<string, unknown> }[];
}

const isTrigger = (graph: Graph, id: string): boolean =>
  graph.nodes.some((node) => node.id === id && typeOf(node)?.family === 'trigger');

/** @throws {Problem} `flow-problems` while the draft cannot run, `invalid` for an event that cannot be. */
export function simulateDraft({
  graph,
  world,
  flowWorld,
  facts,
  suppressed,
  start,
  trigger,
  events,
}: DraftSimulation): z.infer<typeof simulated> {
  const problems = findProblems(graph, flowWorld);
  if (problems.some((problem) => problem.severity === 'error'))
    throw new Problem('flow-problems', { problems });
  const timeZone = zoneFor(facts);
  const happenings = events.map(({ after, type, data }, index) => {
    if (!isEventType(type)) throw invalid({ path: `events.${index}.type`, message: 'is not an event' });
    if (!durationSchema.safeParse(after).success)
      throw invalid({ path: `events.${index}.after`, message: 'is not a duration; write it like P3D' });
    return { type: type satisfies EventType, data, at: addDuration(start, after, timeZone) };
  });
  if (trigger !== undefined && !isTrigger(graph, trigger))
    throw invalid({ path: 'trigger', message: 'is not a trigger of this flow' });
  const plan = compile(graph, {
    templates: Object.fromEntries(world.templates.map((template) => [template.id, template.versionId])),
  });
  const pipelineId = facts.application?.pipelineId ?? null;
  const stages = world.stages.filter((stage) => pipelineId === null || stage.pipelineId === pipelineId);
  const names = namesFrom(flowWorld);
  const run = simulate({
    ...beginningOf({ plan, nodes: graph.nodes, facts, names, start, trigger }),
    plan,
    world: { ...world, stages, suppressed },
    facts,
    start,
    events: happenings,
  });
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const rfc = (ms: number) => new Date(ms).toISOString();
  return {
    candidate: facts.candidate.fullName,
    problems,
    steps: run.steps.map(({ node, visit, outcome, port, enteredAt, leftAt, detail }) => ({
      nodeId: node,
      visit,
      outcome,
      port,
      enteredAt: rfc(enteredAt),
      leftAt: rfc(leftAt),
      ...explainStep({ nodeId: node, outcome, port, detail }, nodes.get(node) ?? null, names, timeZone),
    })),
    messages: run.messages.map(({ node, at, to, subject, html, text }) => ({
      nodeId: node,
      at: rfc(at),
      to,
      subject,
      html,
      text,
    })),
    end: run.end && { status: run.end.status, reason: run.end.reason },
    nodeId: run.state.node,
    at: rfc(run.at),
  };
}
