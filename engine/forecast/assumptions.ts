/** Pure: what a forecast of this plan takes for granted, and what it cannot know. The sentences stand in `api/forecast-words.ts`. */
import type { NodeId } from '../flow/schema.ts';
import { anything, type Op, type Plan } from '../plan/ops.ts';
import { isAnsweredFor } from '../simulate/answers.ts';

export type AssumptionCode =
  | 'as-now'
  | 'as-now-replayed'
  | 'nobody-acts'
  | 'runs-out'
  | 'comes-true'
  | 'no-answer'
  | 'taken'
  | 'by-lot'
  | 'others-enter'
  | 'planned-not-heard'
  | 'other-flows'
  | 'leaves-at-once'
  | 'a-year';

export interface Assumption {
  code: AssumptionCode;
  /** The step that it is about; null: all of the flow. */
  node: NodeId | null;
}

const ofOp: { [K in Op['op']]?: (op: Extract<Op, { op: K }>) => AssumptionCode | null } = {
  await: ({ event }) => (event === anything ? 'comes-true' : 'runs-out'),
  effect: ({ answer }) => (answer ? (isAnsweredFor(answer.event) ? 'taken' : 'no-answer') : null),
  split: ({ by }) => (by === 'candidate' ? null : 'by-lot'),
};

const askOp = <K extends Op['op']>(op: Extract<Op, { op: K }>): AssumptionCode | null =>
  (ofOp[op.op as K] as ((op: Extract<Op, { op: K }>) => AssumptionCode | null) | undefined)?.(op) ?? null;

/** `replayed`: the cohort is those whom past events would have brought. */
export function assumptionsOf(plan: Plan, replayed: boolean): Assumption[] {
  const steps = Object.entries(plan.ops).flatMap(([node, op]): Assumption[] => {
    const code = askOp(op);
    return code ? [{ code, node }] : [];
  });
  const planned = plan.triggers.flatMap(({ node, sweep }): Assumption[] =>
    sweep ? [{ code: 'planned-not-heard', node }] : [],
  );
  const all = (code: AssumptionCode): Assumption => ({ code, node: null });
  return [
    all('nobody-acts'),
    ...steps,
    all(replayed ? 'as-now-replayed' : 'as-now'),
    ...(replayed ? planned : [all('others-enter')]),
    all('other-flows'),
    all('leaves-at-once'),
    all('a-year'),
  ];
}
