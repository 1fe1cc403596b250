/** Pure: who may enter a flow, given who has been in it and how many are: re-entry, cooldown, places. */
import type { EntryKey, FlowSettings } from '../flow/schema.ts';
import type { Plan, PlanTrigger } from '../plan/ops.ts';
import { addDuration } from '../time/calendar.ts';

/** What an entry is about. */
export interface Entrant {
  applicationId: string | null;
  jobId: string | null;
}

/** This candidate's earlier ones, those about the same application taken together. */
export interface EarlierEntry extends Entrant {
  /** One of them still runs. */
  open: boolean;
  /** When the last one was over, or began if it still runs; milliseconds since 1970. */
  last: number;
}

export interface Entering extends Entrant {
  now: number;
  /** IANA name: the cooldown is counted in it. */
  timeZone: string;
  /** How many are in the flow. Only asked where the flow has a limit. */
  inside: number;
}

export interface EntryRefusal {
  code: 'once-only' | 'already-in' | 'cooling-down' | 'full';
  detail: Record<string, unknown>;
}

const same: Record<EntryKey, (a: Entrant, b: Entrant) => boolean> = {
  candidate: () => true,
  application: (a, b) => a.applicationId === b.applicationId,
  job: (a, b) => a.jobId === b.jobId,
};

/** Null: she may. */
export function entryRefusal(
  { reentry, cooldown, entryKey = 'candidate', maxOpen }: FlowSettings,
  earlier: readonly EarlierEntry[],
  { now, timeZone, inside, ...entrant }: Entering,
): EntryRefusal | null {
  const before = earlier.filter((one) => same[entryKey](one, entrant));
  if (reentry === 'once' && before.length > 0) return { code: 'once-only', detail: {} };
  if (reentry === 'after-exit' && before.some((one) => one.open)) return { code: 'already-in', detail: {} };
  if (cooldown && before.length > 0) {
    const until = addDuration(Math.max(...before.map((one) => one.last)), cooldown, timeZone);
    if (now < until) return { code: 'cooling-down', detail: { until: new Date(until).toISOString() } };
  }
  if (maxOpen !== undefined && inside >= maxOpen) return { code: 'full', detail: { most: maxOpen } };
  return null;
}

/**
 * When she enters, milliseconds since 1970: now, yet not before an earlier run of the flow was over. That one was ended
 * by a machine whose clock may be ahead of ours.
 */
export function entersAt(earlier: readonly EarlierEntry[], now: number): number {
  return Math.max(now, ...earlier.filter((one) => !one.open).map((one) => one.last));
}

/** What keeps two open runs of a flow apart: unique while open, with the flow and the candidate. */
export function entryKeyOf(
  { reentry, entryKey = 'candidate' }: FlowSettings,
  { applicationId, jobId }: Entrant,
  eventId: string,
): string {
  if (reentry === 'always') return eventId;
  return { candidate: '', application: applicationId ?? '', job: jobId ?? '' }[entryKey];
}

/** By which trigger someone enters who is sent, by a person or by another flow. Null: there is none. */
export function triggerByHand({ triggers }: Plan, byFlow = false): PlanTrigger | null {
  const by = byFlow ? 'flow' : undefined;
  const sent = triggers.filter((one) => one.event === null);
  const trigger = sent.find((one) => one.by === by) ?? sent[0] ?? triggers[0];
  // Someone put in by hand is in, whatever an automatic trigger would have asked for.
  return trigger ? { ...trigger, when: undefined } : null;
}
