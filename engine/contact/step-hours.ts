/** Pure: a step's own wishes for sending, from the fields of its data to what stands in the plan. */
import { type Hours, hoursSchema } from './hours.ts';
import { type FlowContact, plainContact, type StepContact } from './settings.ts';

export interface StepContactData {
  urgent?: boolean;
  sendFrom?: string;
  sendTo?: string;
  sendDays?: number[];
  skipAfter?: string;
}

/** No hours: none are asked for. A problem: they make no sense; `path` names the field. */
export function stepHours({ sendFrom, sendTo, sendDays }: StepContactData): {
  hours: Hours | null;
  problem: { path: string[]; message: string } | null;
} {
  if (sendFrom === undefined && sendTo === undefined && (sendDays === undefined || sendDays.length === 0))
    return { hours: null, problem: null };
  const read = hoursSchema.safeParse({
    from: sendFrom ?? '00:00',
    to: sendTo ?? '00:00',
    ...(sendDays && sendDays.length > 0 ? { days: [...new Set(sendDays)].sort() } : {}),
  });
  if (read.success) return { hours: read.data, problem: null };
  const [issue] = read.error.issues;
  const path = { from: 'sendFrom', to: 'sendTo', days: 'sendDays' }[String(issue?.path[0])] ?? 'sendTo';
  return { hours: null, problem: { path: [path], message: issue?.message ?? 'cannot be used' } };
}

/** Null: nothing is said. */
export function contactOf(flow: FlowContact | undefined, data: StepContactData): StepContact | null {
  const { hours } = stepHours(data);
  if (!flow && !hours && !data.urgent && data.skipAfter === undefined) return null;
  const { class: contactClass, priority, hours: flowHours } = flow ?? (plainContact as FlowContact);
  return {
    class: contactClass,
    priority: priority ?? 0,
    ...(flowHours ? { flowHours } : {}),
    ...(hours ? { stepHours: hours } : {}),
    ...(data.urgent ? { urgent: true } : {}),
    ...(data.skipAfter === undefined ? {} : { skipAfter: data.skipAfter }),
  };
}
