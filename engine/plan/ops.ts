/** Pure: what a published flow compiles to. Ops are few and stay few; step types are many. */
import type { Condition } from '../conditions/condition.ts';
import type { EffectInputs, EffectType } from '../effects/effect.ts';
import type { FlowSettings, NodeId } from '../flow/schema.ts';
import type { Duration } from '../time/duration.ts';

export type EffectOp = {
  [E in EffectType]: { op: 'effect'; effect: E; input: EffectInputs[E]; next: NodeId } & Answered;
}[EffectType];

/** How a step goes on that needs an answer to what it did. */
export interface Answered {
  /** The name of the port that `next` is; absent: `next`. Where a step waits for an answer: there was nothing to answer. */
  port?: string;
  answer?: Answer;
}

/**
 * Answered by an event of this type that names the enrolment, and in its data the `node` and `visit` that asked, and
 * the `outcome`: one of `ports`.
 */
export interface Answer {
  event: string;
  ports: Record<string, NodeId>;
  timeout: Duration;
  onTimeout: NodeId;
}

export interface BranchOp {
  op: 'branch';
  cases: { port: string; label: string; when: Condition; next: NodeId }[];
  else: NodeId;
}

/** Sticky by a hash of enrolment and node. */
export interface SplitOp {
  op: 'split';
  arms: { port: string; weight: number; next: NodeId }[];
}

export interface SleepOp {
  op: 'sleep';
  for: Duration;
  next: NodeId;
}

export type AwaitScope = 'enrolment' | 'anyone';

export interface AwaitOp {
  op: 'await';
  event: string;
  when?: Condition;
  scope: AwaitScope;
  timeout: Duration;
  onEvent: NodeId;
  onTimeout: NodeId;
}

export interface EndOp {
  op: 'end';
}

export type Op = EffectOp | BranchOp | SplitOp | SleepOp | AwaitOp | EndOp;

/** When an event of this type comes and `when` holds, the candidate enters at `next`. */
export interface PlanTrigger {
  node: NodeId;
  /** The event type that fires it; null: only by hand. */
  event: string | null;
  /** Judged on the facts with the event's data under `event.*`. */
  when?: Condition;
  /** Who is let in here first, of those who are sent: whom another flow sends. */
  by?: 'flow';
  next: NodeId;
}

export interface Plan {
  /** SHA-256 (hex) of the canonical JSON of everything else here. */
  hash: string;
  triggers: PlanTrigger[];
  ops: Record<NodeId, Op>;
  /** Nodes that stand in a cycle: only their visits need counting. */
  loops: NodeId[];
  settings: FlowSettings;
}
