/** Pure: how a test run begins by a trigger: with an event that would fire it, and how its condition was judged. */
import { judge } from '../conditions/memory.ts';
import type { Facts } from '../facts.ts';
import { typeOf } from '../flow/describe.ts';
import type { FlowNode, NodeId } from '../flow/schema.ts';
import type { Plan } from '../plan/ops.ts';
import type { Names } from '../steps/step.ts';
import { zoneFor } from '../time/calendar.ts';
import type { SimulatedStart } from './enrolment.ts';

interface Asked {
  plan: Plan;
  /** As the graph draws them. */
  nodes: readonly FlowNode[];
  facts: Facts;
  names: Names;
  /** Milliseconds since 1970. */
  start: number;
  /** Default, and where the plan has no such trigger: its first one. */
  trigger?: NodeId | null;
}

/** Who does not fit the trigger's condition begins all the same: `because` says what she lacks. */
export function beginningOf({
  plan,
  nodes,
  facts,
  names,
  start,
  trigger,
}: Asked): Pick<SimulatedStart, 'triggerNode' | 'event' | 'because'> {
  const chosen = plan.triggers.find((each) => each.node === trigger) ?? plan.triggers[0];
  const node = nodes.find((each) => each.id === chosen?.node);
  const type = node && typeOf(node);
  if (!chosen || !node || !type || !('example' in type)) return {};
  if (chosen.event === null) return { triggerNode: chosen.node };
  const event = {
    id: 'simulated:0',
    seq: 0,
    type: chosen.event,
    at: start,
    applicationId: facts.application?.id ?? null,
    enrolmentId: null,
    data: type.example(type.schema.parse(node.data), { names, at: start, timeZone: zoneFor(facts) }),
  };
  const because = chosen.when ? judge(chosen.when, { facts, event, now: start }).because : [];
  return { triggerNode: chosen.node, event, because };
}
