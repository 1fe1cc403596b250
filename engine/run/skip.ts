/** Pure: a step that is left out by a person: the run goes on as if its time had passed, or its failure had not been. */
import type { NodeId } from '../flow/schema.ts';
import type { Op } from '../plan/ops.ts';
import { isClosed, type RunInput, type RunOutcome } from './state.ts';
import { Walk } from './walk.ts';

type Onward = { port: string; next: NodeId } | null;
type Onwards = { [K in Op['op']]: (op: Extract<Op, { op: K }>, waits: boolean) => Onward };

/** Where a run goes that does not do what the op asks. Null: that cannot be told. */
const onward = {
  effect: (op, waits) =>
    waits && op.answer
      ? { port: 'timeout', next: op.answer.onTimeout }
      : { port: op.port ?? 'next', next: op.next },
  sleep: (op) => ({ port: 'next', next: op.next }),
  await: (op) => ({ port: 'timeout', next: op.onTimeout }),
  branch: (op) => ({ port: op.port ?? 'else', next: op.else }),
  goal: (op) => ({ port: 'next', next: op.next }),
  split: () => null,
  end: () => null,
} satisfies Onwards;

/** Null: there is nothing to skip. Otherwise as `move`: what was not heard yet is heard first. */
export function skip(input: RunInput, detail: Record<string, unknown>): RunOutcome | null {
  const walk = new Walk(input);
  const { state } = walk;
  if (isClosed(state.status)) return null;
  if (walk.hear(walk.events)) {
    state.seenSeq = walk.events.at(-1)?.seq ?? state.seenSeq;
    return walk.outcome(null);
  }
  const { node, wait, status } = state;
  if (node === null || (wait === null && status !== 'blocked')) return null;
  const op = Object.hasOwn(input.plan.ops, node) ? input.plan.ops[node] : undefined;
  const way = op && (onward[op.op] as (op: Op, waits: boolean) => Onward)(op, wait !== null);
  if (!way) return null;
  walk.leave(
    node,
    way.port,
    way.next,
    {
      kind: 'skipped',
      ...(wait ? { rule: wait.rule, until: wait.until } : {}),
      ...(wait?.did ? { did: wait.did } : {}),
      ...detail,
    },
    'skipped',
  );
  state.status = 'open';
  state.problem = null;
  return { ...walk.outcome(input.now), state: { ...state, heard: input.state.heard } };
}
