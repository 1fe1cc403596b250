/** Pure: how a node reads on the canvas. Never throws, for a draft may be half filled or of an unknown type. */
import { steps } from '../steps/index.ts';
import type { Family, Names, Port, StepType, TriggerType } from '../steps/step.ts';
import { withLabels } from '../templates/variables.ts';
import { triggers } from '../triggers/index.ts';
import type { FlowNode } from './schema.ts';

export interface NodeDescription {
  family: Family;
  icon: string;
  /** The step's name: "Wait for". */
  label: string;
  /** The node's sentence: "Wait 14 days for a reply". */
  summary: string;
  ports: Port[];
}

/** The type that a node is of; null: this version knows none of that name. */
export function typeOf(node: Pick<FlowNode, 'type'>): StepType | TriggerType | null {
  if (Object.hasOwn(steps, node.type)) return steps[node.type] ?? null;
  return Object.hasOwn(triggers, node.type) ? (triggers[node.type] ?? null) : null;
}

export const noNames: Names = {
  pool: () => null,
  template: () => null,
  job: () => null,
  person: () => null,
  flow: () => null,
};

/** `{ template: null }`-style lookups from plain lists. */
export function namesFrom(lists: {
  pools: { id: string; name: string }[];
  templates: { id: string; name: string }[];
  jobs: { id: string; title: string }[];
  people: { id: string; name: string }[];
  flows: { id: string; name: string }[];
  pipelines?: { id: string; name: string }[];
  senders?: { id: string; name: string }[];
}): Names {
  return {
    pool: (id) => lists.pools.find((pool) => pool.id === id)?.name ?? null,
    template: (id) => lists.templates.find((template) => template.id === id)?.name ?? null,
    job: (id) => lists.jobs.find((job) => job.id === id)?.title ?? null,
    person: (id) => lists.people.find((person) => person.id === id)?.name ?? null,
    flow: (id) => lists.flows.find((flow) => flow.id === id)?.name ?? null,
    pipeline: (id) => lists.pipelines?.find((pipeline) => pipeline.id === id)?.name ?? null,
    sender: (id) => lists.senders?.find((sender) => sender.id === id)?.name ?? null,
  };
}

export function describeNode(node: Pick<FlowNode, 'type' | 'data'>, names: Names): NodeDescription {
  const type = typeOf(node);
  if (!type)
    return {
      family: 'end',
      icon: 'circle-question-mark',
      label: node.type,
      summary: `Unknown step “${node.type}”`,
      ports: [],
    };
  const data = type.schema.safeParse(node.data);
  return {
    family: type.family,
    icon: type.icon,
    label: type.label,
    summary: data.success ? withLabels(type.summary(data.data, names)) : `${type.label} …`,
    ports: data.success ? type.ports(data.data) : draftPorts(type, node.data),
  };
}

/** The ports of a node whose data do not fit yet: edges already drawn must not come loose while one types. */
export function draftPorts(type: StepType | TriggerType, data: Record<string, unknown>): Port[] {
  return 'draftPorts' in type && type.draftPorts ? type.draftPorts(data) : type.ports({});
}
