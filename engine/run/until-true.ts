/**
 * Pure: waits until a condition is true of the candidate. The run looks whenever anything happens to her, and when
 * time alone may change the answer; it sees how things stand then, not how they stood between two looks.
 */
import { judge } from '../conditions/memory.ts';
import { nextFlip } from '../conditions/reads.ts';
import type { NodeId } from '../flow/schema.ts';
import { type AwaitOp, anything } from '../plan/ops.ts';
import { deadline, isTooSoon, type Landing } from './deadline.ts';
import { shortestInLoop } from './state.ts';
import type { Walk } from './walk.ts';

export function untilTrue(walk: Walk, node: NodeId, op: AwaitOp): Landing {
  walk.state.wait ??= {
    kind: 'await',
    since: walk.now,
    until: deadline(walk, node, op.timeout),
    rule: op.timeout,
    event: anything,
    scope: op.scope,
    sinceSeq: walk.after,
  };
  const { again: _looked, ...wait } = walk.state.wait;
  // A change that is written down beats a timeout not yet taken, but what time alone brings after it comes too late.
  const scope = { facts: walk.facts, now: Math.min(walk.now, wait.until) };
  const { holds, because } = op.when
    ? judge(op.when, scope)
    : { holds: walk.events.some((event) => event.type === anything), because: [] };
  const detail = { kind: 'await', event: anything, rule: wait.rule, until: wait.until, because };
  if (holds && !isTooSoon(walk, node, wait)) {
    walk.catchUp();
    walk.leave(node, 'next', op.onEvent, { ...detail, holds, atOnce: wait.since === walk.now });
    return 'moved';
  }
  if (!holds && walk.now >= wait.until) {
    walk.catchUp();
    walk.leave(node, 'timeout', op.onTimeout, { ...detail, holds });
    return 'moved';
  }
  const again = holds ? wait.since + shortestInLoop : op.when ? nextFlip(op.when, scope) : null;
  walk.state.wait = {
    ...wait,
    ...(again === null ? {} : { again }),
    sinceSeq: Math.max(wait.sinceSeq, walk.headSeq),
  };
  return 'waiting';
}
