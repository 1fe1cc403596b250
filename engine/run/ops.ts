/** Pure: one runner for each kind of op. */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import { havingHappened } from '../conditions/history.ts';
import { judge } from '../conditions/memory.ts';
import type { EffectRequest, EffectResult } from '../effects/effect.ts';
import type { RunEvent } from '../events.ts';
import type { NodeId } from '../flow/schema.ts';
import {
  type Answer,
  type AwaitOp,
  anything,
  type BranchOp,
  type EffectOp,
  type EndOp,
  type GoalOp,
  type Op,
  type SplitOp,
} from '../plan/ops.ts';
import { deadline, isTooSoon, type Landing } from './deadline.ts';
import { isAnswer, isAwaited, isMessage, isOurMessage, movedFromBefore } from './listen.ts';
import { sleep } from './sleep.ts';
import type { Wait } from './state.ts';
import { untilTrue } from './until-true.ts';
import type { Walk } from './walk.ts';

type Running = Generator<EffectRequest, Landing, EffectResult>;
type OpRunners = {
  [K in Op['op']]: (walk: Walk, node: NodeId, op: Extract<Op, { op: K }>) => Landing | Running;
};

function* effect(walk: Walk, node: NodeId, op: EffectOp): Running {
  if (walk.state.wait && op.answer) return answered(walk, node, op.answer);
  if (walk.stale && op.effect === 'email.send') {
    const detail = {
      kind: 'effect',
      effect: op.effect,
      result: 'skipped',
      ...op.input,
      code: 'paused-too-long',
    };
    walk.leave(node, op.port ?? 'next', op.next, detail, 'skipped');
    return 'moved';
  }
  // The pairing of effect and input is the op's own; TypeScript loses it in the spread.
  const request = {
    effect: op.effect,
    input: op.input,
    node,
    visit: walk.visitOf(node),
    facts: walk.facts,
  } as EffectRequest;
  const result = yield request;
  const detail = { kind: 'effect', effect: op.effect, result: result.outcome, ...op.input, ...result.detail };
  if (result.outcome === 'failed') {
    walk.block(node, result.code, detail);
    return 'stopped';
  }
  if (result.outcome !== 'done') {
    walk.leave(
      node,
      op.port ?? 'next',
      op.next,
      { ...detail, code: result.code },
      result.outcome === 'skipped' ? 'skipped' : 'passed',
    );
    return 'moved';
  }
  if (op.answer) ask(walk, node, op.answer, detail);
  else walk.leave(node, op.port ?? 'next', op.next, detail);
  walk.facts = havingHappened(
    result.facts,
    result.events.map((event) => event.type),
    walk.now,
  );
  if (op.effect === 'email.send') walk.messages = [];
  if (walk.cause(result.events)) return 'stopped';
  return op.answer ? 'waiting' : 'moved';
}

/** The effect is done; the visit is over, and in the ledger, once it is answered. */
function ask(walk: Walk, node: NodeId, { event, timeout }: Answer, did: Record<string, unknown>): void {
  walk.state.wait = {
    kind: 'answer',
    since: walk.now,
    until: deadline(walk, node, timeout),
    rule: timeout,
    event,
    sinceSeq: walk.headSeq,
    visit: walk.visitOf(node),
    did,
  };
}

function answered(walk: Walk, node: NodeId, op: Answer): Landing {
  const wait = walk.state.wait as Wait;
  const { did = {}, until, rule } = wait;
  const given = wait.answer?.event ?? walk.near.find((event) => isAnswer(event, op, wait, node, walk.input));
  if (given) {
    if (isTooSoon(walk, node, wait)) {
      walk.state.wait = { ...wait, answer: { event: given, because: [] } };
      return 'waiting';
    }
    const outcome = String(given.data.outcome);
    const { id, at, data } = given;
    walk.leave(node, outcome, op.ports[outcome] ?? '', { ...did, rule, until, answer: { id, at, data } });
    return 'moved';
  }
  if (walk.now < until) return 'waiting';
  walk.passed(until);
  walk.leave(node, 'timeout', op.onTimeout, { ...did, rule, until, answer: null });
  return 'moved';
}

function branch(walk: Walk, node: NodeId, op: BranchOp): Landing {
  const cases = op.cases.map(({ port, label, when }) => ({
    port,
    label,
    ...judge(when, { facts: walk.facts, now: walk.now, run: { visit: walk.visitOf(node) } }),
  }));
  const taken = op.cases[cases.findIndex((each) => each.holds)];
  walk.leave(node, taken?.port ?? op.port ?? 'else', taken?.next ?? op.else, { kind: 'branch', cases });
  return 'moved';
}

function split(walk: Walk, node: NodeId, op: SplitOp): Landing {
  const whose = op.by === 'candidate' ? walk.facts.candidate.id : walk.input.enrolmentId;
  const hash = sha256(utf8ToBytes(`${whose}:${node}`));
  const share = new DataView(hash.buffer, hash.byteOffset).getUint32(0) / 2 ** 32;
  let left = share * op.arms.reduce((sum, arm) => sum + arm.weight, 0);
  const arm =
    op.arms.find((each) => {
      left -= each.weight;
      return left < 0;
    }) ?? op.arms.at(-1);
  if (!arm) return stuck(walk, node, 'node-gone');
  walk.leave(node, arm.port, arm.next, {
    kind: 'split',
    share,
    ...(arm.label ? { label: arm.label } : {}),
    ...(op.by ? { by: op.by } : {}),
  });
  return 'moved';
}

function awaits(walk: Walk, node: NodeId, op: AwaitOp): Landing {
  if (op.event === anything) return untilTrue(walk, node, op);
  walk.state.wait ??= {
    kind: 'await',
    since: walk.now,
    until: deadline(walk, node, op.timeout),
    rule: op.timeout,
    event: op.event,
    scope: op.scope,
    sinceSeq: walk.after,
  };
  const wait = walk.state.wait;
  const detail = { kind: 'await', event: op.event, rule: wait.rule, until: wait.until };
  const known =
    op.scope === 'enrolment' && isMessage(op.event)
      ? walk.nearMessages
      : walk.near.filter((event) => event.seq > wait.sinceSeq);
  const found = wait.answer ?? firstAwaited(walk, op, known);
  if (found) {
    const { event, because } = found;
    walk.consume(event);
    if (isTooSoon(walk, node, wait)) {
      walk.state.wait = { ...wait, answer: found, sinceSeq: Math.max(wait.sinceSeq, walk.looked) };
      return 'waiting';
    }
    walk.leave(node, 'event', op.onEvent, {
      ...detail,
      heard: { id: event.id, at: event.at, data: event.data },
      because,
    });
    return 'moved';
  }
  if (walk.now >= wait.until) {
    walk.passed(wait.until);
    walk.leave(node, 'timeout', op.onTimeout, { ...detail, heard: null });
    return 'moved';
  }
  walk.state.wait = { ...wait, sinceSeq: Math.max(wait.sinceSeq, walk.looked) };
  return 'waiting';
}

function goal(walk: Walk, node: NodeId, op: GoalOp): Landing {
  const { arrival } = walk;
  const jumped = arrival?.node === node ? arrival : null;
  const { id, at, data } = jumped?.event ?? {};
  walk.arrival = null;
  walk.leave(node, 'next', op.next, {
    kind: 'goal',
    event: op.event,
    heard: jumped && { id, at, data },
    because: jumped?.because ?? [],
  });
  return 'moved';
}

function end(walk: Walk, node: NodeId, { left }: EndOp): Landing {
  walk.record(node, 'passed', null, { kind: 'end', ...(left === undefined ? {} : { left }) });
  if (left === undefined) walk.close('ended', 'end', null);
  else walk.close('exited', `left:${left}`, null);
  return 'stopped';
}

const runners = { effect, branch, split, sleep, await: awaits, goal, end } satisfies OpRunners;

/**
 * Runs the op at the cursor. A node that the plan does not have, an op that this version does not know or one that
 * throws blocks the run rather than losing the candidate: it would do the same however often it is tried.
 */
export function* runOp(walk: Walk): Running {
  const node = walk.state.node ?? '';
  const { ops } = walk.input.plan;
  const op = Object.hasOwn(ops, node) ? ops[node] : undefined;
  if (!op) return stuck(walk, node, 'node-gone');
  if (!Object.hasOwn(runners, op.op)) return stuck(walk, node, 'step-unknown');
  const runner = runners[op.op] as (walk: Walk, node: NodeId, op: Op) => Landing | Running;
  let landing: Landing | Running;
  try {
    landing = runner(walk, node, op);
  } catch (error) {
    return stuck(walk, node, 'step-broken', error instanceof Error ? { error: error.name } : {});
  }
  return typeof landing === 'string' ? landing : yield* landing;
}

function stuck(walk: Walk, node: NodeId, code: string, detail: Record<string, unknown> = {}): Landing {
  walk.block(node, code, detail);
  return 'stopped';
}

/**
 * Written down before the run began to wait, be it on a node from which it was taken here since; its own messages are
 * judged by `heard` alone.
 */
const isHistory = ({ state: { enteredAt, wait }, input }: Walk, event: RunEvent): boolean =>
  movedFromBefore(event, Math.min(enteredAt, wait?.since ?? enteredAt)) && !isOurMessage(event, input);

function firstAwaited(walk: Walk, op: AwaitOp, events: readonly RunEvent[]) {
  for (const event of events) {
    if (!isAwaited(op.event, op.scope, event, walk.input) || isHistory(walk, event)) continue;
    const verdict = op.when
      ? judge(op.when, { facts: walk.facts, event, now: walk.now })
      : { holds: true, because: [] };
    if (verdict.holds) return { event, because: verdict.because };
  }
  return null;
}
