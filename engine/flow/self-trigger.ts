/** Pure: a flow whose own steps cause what starts it, as far as the drawing shows. */
import type { Condition } from '../conditions/condition.ts';
import { judge } from '../conditions/memory.ts';
import type { CausedEvent, EffectDefinition, EffectType } from '../effects/effect.ts';
import { effects } from '../effects/index.ts';
import type { Facts } from '../facts.ts';
import type { Op } from '../plan/ops.ts';
import type { Names } from '../steps/step.ts';
import { describeNode } from './describe.ts';
import { type Problem, problem } from './problem.ts';
import type { Reading, ReadNode } from './reading.ts';

/** A warning a step: the run that takes it may be over before the router hears, and then she enters again. */
export function* selfTriggerProblems(
  reading: Reading,
  names: Names,
  self: string | undefined,
): Generator<Problem> {
  if (reading.graph.settings.reentry === 'once') return;
  const nodes = [...reading.nodes.values()];
  const heard = nodes.flatMap((read) => {
    if (!read.trigger || !read.data) return [];
    const { event, when } = read.trigger.compile(read.data, '');
    return event === null ? [] : [{ node: read.node, event, when }];
  });
  if (heard.length === 0) return;
  for (const read of nodes) {
    const caused = causedBy(read, self);
    const found = heard.find(({ event, when }) =>
      caused.some((each) => each.type === event && (!when || mayHold(when, each))),
    );
    if (found)
      yield problem(
        'starts-itself',
        { node: read.node.id },
        { node: describeNode(read.node, names).summary, more: describeNode(found.node, names).summary },
      );
  }
}

function causedBy({ step, data, ports }: ReadNode, self: string | undefined): CausedEvent[] {
  if (!step || !data) return [];
  const to = Object.fromEntries(ports.map((port) => [port.id, '']));
  const op: Op = step.compile(data, to, { templates: {} });
  if (op.op !== 'effect') return [];
  const { causes } = effects[op.effect] as EffectDefinition<EffectType>;
  // A message is known by the flow that wrote it.
  return causes(op.input).map((each) =>
    self !== undefined && each.type.startsWith('message.')
      ? { ...each, data: { ...each.data, flowId: self } }
      : each,
  );
}

/** False only where what is known of the event rules it out: what the facts will be, nobody knows yet. */
function mayHold(condition: Condition, event: CausedEvent): boolean {
  return possible(condition, event).yes;
}

function possible(condition: Condition, event: CausedEvent): { yes: boolean; no: boolean } {
  if ('not' in condition) {
    const { yes, no } = possible(condition.not, event);
    return { yes: no, no: yes };
  }
  if ('all' in condition) {
    const each = condition.all.map((one) => possible(one, event));
    return { yes: each.every(({ yes }) => yes), no: each.some(({ no }) => no) };
  }
  if ('any' in condition) {
    const each = condition.any.map((one) => possible(one, event));
    return { yes: each.some(({ yes }) => yes), no: each.every(({ no }) => no) };
  }
  const [root, name = ''] = condition.field.split('.');
  if (root !== 'event' || !Object.hasOwn(event.data, name)) return { yes: true, no: true };
  const { holds } = judge(condition, { facts: nobody, event, now: 0 });
  return { yes: holds, no: !holds };
}

/** Only `event.*` is asked, which reads no facts. */
const nobody = {
  candidate: {},
  application: null,
  job: null,
  owner: null,
  workspace: {},
} as unknown as Facts;
