/** The state of one run, as its enrolment row holds it between two advances. Plain JSON. */
import type { Judged } from '../conditions/condition.ts';
import type { RunEvent } from '../events.ts';
import type { Facts } from '../facts.ts';
import type { NodeId } from '../flow/schema.ts';
import type { AwaitScope, Plan } from '../plan/ops.ts';
import type { Pause } from './pauses.ts';

/** `blocked` waits for a person's repair; the last three are closed. */
export type RunStatus = 'open' | 'blocked' | 'ended' | 'exited' | 'converted';

export const isClosed = (status: RunStatus): boolean => status !== 'open' && status !== 'blocked';

export interface Wait {
  kind: 'sleep' | 'await' | 'answer';
  /** Milliseconds since 1970, both. */
  since: number;
  until: number;
  /** The rule the deadline came from, for example `P3D`. */
  rule: string;
  /** For `await` and `answer`; `*` waits for a condition, which anything may make true. */
  event?: string;
  /** An event by which the deadline may move: the run looks again, but does not wait for it. */
  listens?: string;
  /** The zone in which the deadline was worked out, where the rule is about a clock. */
  zone?: string;
  /** The deadline that it had first, and its zone, before it moved. */
  moved?: { from: number; zone: string };
  /** When to look again before `until`, though nothing happens: a condition may become true by time alone. */
  again?: number;
  /** For `await`. */
  scope?: AwaitScope;
  /** For `answer`: the visit that asked, and what its ledger row will say of what it did. */
  visit?: number;
  /** For `answer`: the node that asked, where the run was taken to another since. */
  asked?: NodeId;
  did?: Record<string, unknown>;
  /** By how many milliseconds pauses of the flow have moved the deadline. */
  reanchored?: number;
  /** What resolves it, come sooner than a wait in a loop may end. */
  answer?: { event: RunEvent; because: Judged[] };
  /**
   * Only events with a greater seq count, unless they were already heard (see `heard`). Covers the events that
   * this run's own effects cause in the same advance: they are taken to get the next seqs, in order.
   */
  sinceSeq: number;
}

/** Two flows that wait for what the other does would else go round for ever, as fast as the database can. */
export const shortestInLoop = 60_000;

/** When to look again at a run that waits, in milliseconds. */
export const lookAgainAt = ({ answer, since, until, again = until }: Wait): number =>
  answer ? since + shortestInLoop : Math.min(until, again);

export interface RunState {
  status: RunStatus;
  /** Where the cursor stands; null once closed. */
  node: NodeId | null;
  /** When the cursor came to `node`. */
  enteredAt: number;
  /** How often each node of a loop has been visited so far. */
  visits: Record<NodeId, number>;
  wait: Wait | null;
  /** The greatest event seq taken into account. */
  seenSeq: number;
  /** `message.*` events of this run since the last message it wrote: the newest of each type. */
  heard: RunEvent[];
  /** Why it is blocked. */
  problem: { node: NodeId; visit: number; code: string; detail: Record<string, unknown> } | null;
  /** Milliseconds; when the flow's goal stops counting. Null: no goal. */
  goalUntil: number | null;
  /** No event id: reached by an effect of this very run, whose event is being written. */
  goal: { eventId: string | null; at: number } | null;
  /** A person let it try its step again, and it has not yet: who, and when in milliseconds. */
  retried?: { by: string | null; at: number };
}

/** One visit to a node, complete: a row of the ledger. Instants in milliseconds. */
export interface StepRecord {
  node: NodeId;
  visit: number;
  outcome: 'passed' | 'skipped' | 'failed';
  /** The port it left by; null when it failed or ended. */
  port: string | null;
  enteredAt: number;
  leftAt: number;
  /** Why: which values were seen and what followed. Shapes per op in `engine/run/explain.ts`. */
  detail: Record<string, unknown>;
}

export interface RunInput {
  plan: Plan;
  state: RunState;
  enrolmentId: string;
  applicationId: string | null;
  facts: Facts;
  /** Events of the candidate with a seq greater than `state.seenSeq`, in order. */
  events: RunEvent[];
  now: number;
  /** The flow is paused: exits and goals apply, nothing else moves. */
  paused: boolean;
  /** The flow's pauses that are over. Absent: none. */
  pauses?: readonly Pause[];
  /** When the run began, in milliseconds: what happened before reaches no goal. Absent: it is not asked. */
  startedAt?: number;
}

export interface RunOutcome {
  state: RunState;
  steps: StepRecord[];
  /** When to look again, in milliseconds; null: only when woken. */
  wakeAt: number | null;
  /** Set once closed. */
  end: { status: 'ended' | 'exited' | 'converted'; reason: string; eventId: string | null } | null;
}
