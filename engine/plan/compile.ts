/** Pure: draft graph → plan. No clock, no IO. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { contactOf, type StepContactData } from '../contact/step-hours.ts';
import { cyclesOf } from '../flow/cycles.ts';
import { dataProblems } from '../flow/data-problems.ts';
import { noNames } from '../flow/describe.ts';
import { type Problem, problem } from '../flow/problem.ts';
import { type Reading, type ReadNode, readGraph } from '../flow/reading.ts';
import type { FlowSettings, Graph, NodeId } from '../flow/schema.ts';
import { goalsOf, structureProblems } from '../flow/structure.ts';
import type { Pins } from '../steps/step.ts';
import { canonicalJson } from './canonical.ts';
import type { Op, Plan, PlanTrigger } from './ops.ts';

/** Thrown when a graph cannot become a plan; `problems` says what stands in the way. */
export class InvalidFlow extends Error {
  readonly problems: Problem[];
  constructor(problems: Problem[]) {
    super(problems.map((each) => each.message).join(' '));
    this.name = 'InvalidFlow';
    this.problems = problems;
  }
}

/**
 * The same graph and pins give the same plan, whatever the order and place of its nodes.
 * @throws {InvalidFlow} when the drawing or a step's data are wrong, or a template is not pinned. Whether pools,
 *   stages and jobs exist is `findProblems`' question.
 */
export function compile(graph: Graph, pins: Pins): Plan {
  const reading = readGraph(graph);
  const problems = [...structureProblems(reading, noNames), ...dataProblems(reading)].filter(
    (each) => each.severity === 'error',
  );
  if (problems.length > 0) throw new InvalidFlow(problems);

  const ops: Record<NodeId, Op> = {};
  const triggers: PlanTrigger[] = [];
  for (const read of [...reading.nodes.values()].sort((a, b) => (a.node.id < b.node.id ? -1 : 1))) {
    const to = leadsTo(read);
    if (read.step)
      ops[read.node.id] = withContact(
        pinned(read, read.step.compile(read.data, to, pins)),
        read.data,
        graph.settings,
      );
    else if (read.trigger) {
      const next = to.next ?? '';
      triggers.push({ node: read.node.id, ...read.trigger.compile(read.data, next), next });
    }
  }
  const goals = goalsOf(reading).sort();
  const plan = {
    triggers,
    ops,
    loops: loopsOf(reading),
    ...(goals.length > 0 ? { goals } : {}),
    settings: graph.settings,
  };
  return { hash: planHash(plan), ...plan };
}

/** SHA-256 (hex) of the canonical JSON of all but the hash itself. */
export function planHash(plan: Omit<Plan, 'hash'>): string {
  const { triggers, ops, loops, goals, settings } = plan;
  return bytesToHex(sha256(utf8ToBytes(canonicalJson({ triggers, ops, loops, goals, settings }))));
}

function leadsTo(read: ReadNode): Record<string, NodeId> {
  return Object.fromEntries(
    [...read.out].flatMap(([port, edges]) => (edges[0] ? [[port, edges[0].target]] : [])),
  );
}

function pinned(read: ReadNode, op: Op): Op {
  if (op.op === 'effect' && op.effect === 'email.send' && !op.input.templateVersionId) {
    throw new InvalidFlow([problem('template-missing', { node: read.node.id, field: 'templateId' })]);
  }
  return op;
}

/** What the flow and the step say about contact. Nothing said: nothing stands there, and old plans keep their hash. */
function withContact(op: Op, data: unknown, { contact }: FlowSettings): Op {
  if (op.op !== 'effect' || op.effect !== 'email.send') return op;
  const said = contactOf(contact, data as StepContactData);
  return said ? { ...op, input: { ...op.input, contact: said } } : op;
}

const loopsOf = (reading: Reading): NodeId[] =>
  cyclesOf([...reading.nodes.keys()], reading.successors)
    .flat()
    .sort();
