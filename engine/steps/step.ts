/** Pure: what a step type is. One object, one file, one line in the registry (`index.ts`). */
import type { z } from 'zod';
import type { Condition } from '../conditions/condition.ts';
import type { NodeId } from '../flow/schema.ts';
import type { Op, PlanTrigger } from '../plan/ops.ts';

export type Family = 'trigger' | 'wait' | 'logic' | 'action' | 'end';

interface Asked {
  label: string;
  hint?: string;
  optional?: boolean;
  /** What stands there while nothing is chosen. */
  none?: string;
  /** The text may hold variables: Liquid, as `templates/plain.ts` fills it in. */
  templated?: true;
  /** It means something only while that other entry of `data` is one of these. */
  shown?: { field: string; is: readonly string[] };
}

/** How the inspector asks for one entry of `data`. */
export type Field = Asked &
  (
    | { kind: 'text' | 'long-text' | 'address'; placeholder?: string }
    | { kind: 'number'; least?: number; most?: number; unit?: string }
    /** Values that stand for one of the workspace's things: ids, names, kinds. */
    | {
        kind:
          | 'tag'
          | 'stage'
          | 'job'
          | 'pool'
          | 'template'
          | 'source'
          | 'event'
          | 'person'
          | 'flow'
          | 'pipeline'
          | 'secret'
          | 'sender';
      }
    /** Paths of facts: any date of a candidate, or what a flow may write. */
    | { kind: 'date-field' | 'writable-field' }
    /** `PT2H`; `HH:MM`; weekdays as ISO numbers, 1 Monday to 7 Sunday; `[{port, label, weight}]`; ids of people. */
    | { kind: 'duration' | 'time' | 'weekdays' | 'arms' | 'people' }
    /** YYYY-MM-DD. */
    | { kind: 'date' }
    /** An RRULE; which entries of `data` say from when it is counted, and at what time of day. */
    | { kind: 'recurrence'; start: string; at: string }
    | { kind: 'toggle' }
    /** `[{pointer, field, type}]`: what of an answer's JSON goes into the candidate's own fields. */
    | { kind: 'answer-fields' }
    | { kind: 'choice'; options: { value: string; label: string }[] }
    /** `eventless`: asked of how things stand, so that `event.*` holds nothing. */
    | { kind: 'condition'; eventless?: true }
    | { kind: 'cases' }
  );

/** The fields that mean something beside the rest of `data`. */
export function shownFields(
  fields: Readonly<Record<string, Field>>,
  data: Readonly<Record<string, unknown>>,
): [string, Field][] {
  const isShown = ({ shown }: Field): boolean => {
    if (!shown) return true;
    const on = fields[shown.field];
    return shown.is.includes(String(data[shown.field] ?? '')) && (!on || isShown(on));
  };
  return Object.entries(fields).filter(([, field]) => isShown(field));
}

/** Names for the ids that stand in `data`, so that a summary reads as a sentence. */
export interface Names {
  pool(id: string): string | null;
  template(id: string): string | null;
  job(id: string): string | null;
  person(id: string): string | null;
  flow(id: string): string | null;
  pipeline?(id: string): string | null;
  sender?(id: string): string | null;
}

export interface Port {
  id: string;
  /** What stands on the edge. Empty: nothing. */
  label: string;
  /** Where it leaves the node: events at the bottom, timeouts on the right. */
  side: 'bottom' | 'right';
}

interface Described<D> {
  type: string;
  family: Family;
  /** The name in the palette, and what it does in one sentence. */
  label: string;
  about: string;
  /** An icon's name in lucide. */
  icon: string;
  schema: z.ZodType<D>;
  /** One for each key of `data`: the inspector is drawn from this. */
  fields: { [K in keyof Required<D>]: Field };
  /** The node's sentence; called with data that fits the schema. */
  summary(data: D, names: Names): string;
  /** What a new node starts with. */
  initial: Partial<D>;
}

export interface StepType<D = unknown> extends Described<D> {
  ports(data: D): Port[];
  /** The ports while `data` does not fit yet, where they hang on it: edges already drawn must not come loose. */
  draftPorts?(data: Record<string, unknown>): Port[];
  /** `to[port]` is the node that the port leads to. */
  compile(data: D, to: Record<string, NodeId>, pins: Pins): Op;
  /** True: no path may reach it without an application in context. */
  needsApplication?(data: D): boolean;
  /** True: a run may jump here from wherever it is, so that nothing needs to lead here. */
  reachedFromAnywhere?: true;
  /** The port that is there to lead back to an earlier step. */
  leadsBack?: string;
  /** True: it writes the message that a later step may wait for an answer to. */
  writesMessage?: true;
  /** True: the message it writes has a personal link, which its template must put somewhere. */
  sendsLink?: true;
  /** A secret that leaves as it is, by the field that names it, and the address that it goes to. */
  sendsSecret?(data: D): { field: string; id: string; to: string } | null;
  /** True: it waits for an answer to this flow's own message, so one has to come before it. */
  answersMessage?(data: D): boolean;
}

export interface TriggerType<D = unknown> extends Described<D> {
  ports(data: D): Port[];
  compile(data: D, next: NodeId): Omit<PlanTrigger, 'node' | 'next'>;
  /** True: who enters here has an application in context. `sometimes`: it depends on who enrols them. */
  givesApplication: boolean | 'sometimes';
  /** The data of an event that fires it, for a test run. */
  example(data: D, about: Example): Record<string, unknown>;
}

/** Where and when a test run begins. */
export interface Example {
  names: Names;
  /** Milliseconds since 1970. */
  at: number;
  /** IANA name. */
  timeZone: string;
}

/** What publishing pins: template id → version id. */
export interface Pins {
  templates: Record<string, string>;
}

export const defineStep = <D>(step: StepType<D>): StepType<D> => step;
export const defineTrigger = <D>(trigger: TriggerType<D>): TriggerType<D> => trigger;

/** Both conditions, where there are two. */
export function both(a: Condition | undefined, b: Condition | undefined): Condition | undefined {
  if (a && b) return { all: [a, b] };
  return a ?? b;
}
