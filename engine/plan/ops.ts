/** Pure: what a published flow compiles to. Ops are few and stay few; step types are many. */
import type { Condition } from '../conditions/condition.ts';
import type { EffectInputs, EffectType } from '../effects/effect.ts';
import type { FlowSettings, NodeId } from '../flow/schema.ts';
import type { Duration } from '../time/duration.ts';
import type { LocalTime } from '../time/local.ts';
import type { Days } from '../time/windows.ts';
import type { Sweep } from '../triggers/sweep.ts';

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

/** Where no case holds, the run leaves by `port`; absent: `else`. */
export interface BranchOp {
  op: 'branch';
  port?: string;
  cases: { port: string; label: string; when: Condition; next: NodeId }[];
  else: NodeId;
}

/** By a hash that comes out the same whenever asked. */
export interface SplitOp {
  op: 'split';
  arms: { port: string; label?: string; weight: number; next: NodeId }[];
  /** Whose hash: that of each run (absent), or of the candidate, who then takes the same way each time she enters. */
  by?: 'candidate';
}

/** Until a length of time is over, a moment of the candidate's week has come, or one of her dates. */
export type SleepOp = { op: 'sleep'; next: NodeId } & (
  | { for: Duration; working?: Pick<Days, 'skipHolidays'> }
  | { until: LocalRule }
  | { date: DateRule; onPast: NodeId }
);

/** The next time that it is `time` on one of the days; with `latest`, any moment from then until before that. */
export interface LocalRule extends Days {
  time: LocalTime;
  latest?: LocalTime | undefined;
}

/** A date among the facts, that much before or after it, at a time of that day; without one, as the date itself says. */
export interface DateRule {
  field: string;
  by?: Duration | undefined;
  before?: boolean | undefined;
  time?: LocalTime | undefined;
}

export type AwaitScope = 'enrolment' | 'anyone';

/** As an await's event: whatever happens to the candidate, for `when` may have become true by it. */
export const anything = '*';

export interface AwaitOp {
  op: 'await';
  /** With `anything`, `when` is asked of the facts whenever something happens, and of time's passing. */
  event: string;
  when?: Condition;
  scope: AwaitScope;
  timeout: Duration;
  onEvent: NodeId;
  onTimeout: NodeId;
}

/** `left`: left early, and why, in the words of whoever drew the flow. Absent: the way is over. */
export interface EndOp {
  op: 'end';
  left?: string;
}

/**
 * When an event of this type comes and `when` holds, the run jumps here from wherever it is, but only if it has not
 * come here before. Reached by an edge it is passed through.
 */
export interface GoalOp {
  op: 'goal';
  event: string;
  when?: Condition;
  next: NodeId;
}

export type Op = EffectOp | BranchOp | SplitOp | SleepOp | AwaitOp | GoalOp | EndOp;

/** When an event of this type comes and `when` holds, the candidate enters at `next`. */
export interface PlanTrigger {
  node: NodeId;
  /** The event type that fires it; null: only by hand. */
  event: string | null;
  /** Judged on the facts with the event's data under `event.*`. */
  when?: Condition;
  /** Where nobody does anything and the time alone tells: the event names this flow and this node. */
  sweep?: Sweep;
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
  /** Nodes that a run may jump to; absent: none. With any, every visit is counted. */
  goals?: NodeId[];
  settings: FlowSettings;
}
