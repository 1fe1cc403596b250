/**
 * Pure: a flow as a file that people keep in git: names where the workspace has ids, everything in a fixed order, so
 * that a change of one step is a change of its lines.
 */
import type { Condition } from '../conditions/condition.ts';
import { fold } from '../conditions/fold.ts';
import type { Expectation, Scenario } from '../scenarios/scenario.ts';
import type { Field } from '../steps/step.ts';
import type { TemplateFile } from '../templates/file.ts';
import { typeOf } from './describe.ts';
import type { FlowNode, Graph } from './schema.ts';

/** What flows name by id. */
export const referenceKinds = [
  'template',
  'pool',
  'job',
  'person',
  'flow',
  'secret',
  'pipeline',
  'sender',
] as const;
export type ReferenceKind = (typeof referenceKinds)[number];

/** Another word for a reference; it comes back as it is where there is none. */
export type Rename = (kind: ReferenceKind, reference: string) => string;

export interface Named {
  id: string;
  name: string;
}
export type References = Partial<Record<ReferenceKind, readonly Named[]>>;

export interface Unresolved {
  kind: ReferenceKind;
  name: string;
  /** How many things have the name: none, or too many. */
  found: number;
}

/** Ids become names. An id that nothing has stays, and is told; so does the id of one whose name others have, too. */
export function toPortable(graph: Graph, known: References): { graph: Graph; unresolved: Unresolved[] } {
  const byId = mapped(known, (one) => one.id);
  const byName = mapped(known, (one) => fold(one.name));
  const unresolved: Unresolved[] = [];
  const portable = renamed(graph, (kind, id) => {
    const one = byId[kind].get(id)?.[0];
    const same = one ? (byName[kind].get(fold(one.name))?.length ?? 0) : 0;
    if (one && same === 1) return one.name;
    unresolved.push({ kind, name: one?.name ?? id, found: same });
    return id;
  });
  return { graph: inOrder(portable), unresolved: unique(unresolved) };
}

/** Names become ids; ids may stand there as well. A name that nothing has, or several things have, stays and is told. */
export function fromPortable(graph: Graph, known: References): { graph: Graph; unresolved: Unresolved[] } {
  const byId = mapped(known, (one) => one.id);
  const byName = mapped(known, (one) => fold(one.name));
  const unresolved: Unresolved[] = [];
  const stored = renamed(graph, (kind, reference) => {
    if (byId[kind].has(reference)) return reference;
    const found = byName[kind].get(fold(reference)) ?? [];
    if (found.length === 1) return found[0]?.id ?? reference;
    unresolved.push({ kind, name: reference, found: found.length });
    return reference;
  });
  return { graph: stored, unresolved: unique(unresolved) };
}

type Index = Record<ReferenceKind, Map<string, Named[]>>;

function mapped(known: References, keyOf: (one: Named) => string): Index {
  const index = Object.fromEntries(
    referenceKinds.map((kind) => [kind, Map.groupBy(known[kind] ?? [], keyOf)]),
  );
  return index as Index;
}

const unique = (all: Unresolved[]): Unresolved[] => [
  ...new Map(all.map((one) => [`${one.kind} ${one.name}`, one])).values(),
];

/** Every reference that a graph holds, each once. */
export function referencesOf(graph: Graph): { kind: ReferenceKind; reference: string }[] {
  const found = new Map<string, { kind: ReferenceKind; reference: string }>();
  renamed(graph, (kind, reference) => {
    found.set(`${kind} ${reference}`, { kind, reference });
    return reference;
  });
  return [...found.values()];
}

/** The same graph with every reference renamed. */
export function renamed(graph: Graph, rename: Rename): Graph {
  const { goal, exitWhen, ...settings } = graph.settings;
  return {
    ...graph,
    settings: {
      ...settings,
      ...(exitWhen ? { exitWhen: inCondition(exitWhen, rename) } : {}),
      ...(goal ? { goal: goal.when ? { ...goal, when: inCondition(goal.when, rename) } : goal } : {}),
    },
    nodes: graph.nodes.map((node) => ({ ...node, data: inData(node, rename) })),
    ...(graph.scenarios
      ? { scenarios: graph.scenarios.map((scenario) => inScenario(scenario, rename)) }
      : {}),
  };
}

const isReference = (kind: string): kind is ReferenceKind =>
  (referenceKinds as readonly string[]).includes(kind);

function inData({ type, data }: FlowNode, rename: Rename): Record<string, unknown> {
  const fields: Record<string, Field> = typeOf({ type })?.fields ?? {};
  const entries = Object.entries(data).map(([key, value]) => {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    return [key, field ? inField(field, value, rename) : value];
  });
  return Object.fromEntries(entries);
}

function inField(field: Field, value: unknown, rename: Rename): unknown {
  if (isReference(field.kind) && typeof value === 'string' && value !== '') return rename(field.kind, value);
  if (field.kind === 'people' && Array.isArray(value))
    return value.map((each) => (typeof each === 'string' ? rename('person', each) : each));
  if (field.kind === 'condition' && isTree(value)) return inCondition(value, rename);
  if (field.kind === 'cases' && Array.isArray(value))
    return value.map((each) =>
      isTree(each?.when) ? { ...each, when: inCondition(each.when, rename) } : each,
    );
  return value;
}

const isTree = (value: unknown): value is Condition => typeof value === 'object' && value !== null;

/** Fields whose values are ids. */
const idFields: Record<string, ReferenceKind> = {
  'candidate.pools': 'pool',
  'event.poolId': 'pool',
  'job.id': 'job',
  'event.jobId': 'job',
  'event.flowId': 'flow',
  'event.pipelineId': 'pipeline',
};

function inCondition(condition: Condition, rename: Rename): Condition {
  if ('all' in condition && Array.isArray(condition.all))
    return { all: condition.all.map((each) => inCondition(each, rename)) };
  if ('any' in condition && Array.isArray(condition.any))
    return { any: condition.any.map((each) => inCondition(each, rename)) };
  if ('not' in condition && isTree(condition.not)) return { not: inCondition(condition.not, rename) };
  if (!('field' in condition)) return condition;
  const kind = Object.hasOwn(idFields, condition.field) ? idFields[condition.field] : undefined;
  const { value } = condition;
  if (!kind || value === undefined) return condition;
  if (Array.isArray(value)) return { ...condition, value: value.map((each) => rename(kind, each)) };
  return typeof value === 'string' && value !== '' ? { ...condition, value: rename(kind, value) } : condition;
}

function inScenario(scenario: Scenario, rename: Rename): Scenario {
  const { pools } = scenario.candidate;
  return {
    ...scenario,
    candidate: {
      ...scenario.candidate,
      ...(pools ? { pools: pools.map((pool) => rename('pool', pool)) } : {}),
    },
    events: scenario.events.map((event) => ({
      ...event,
      data: {
        ...event.data,
        ...(typeof event.data.poolId === 'string' ? { poolId: rename('pool', event.data.poolId) } : {}),
      },
    })),
    expect: scenario.expect.map((expectation) => inExpectation(expectation, rename)),
  };
}

function inExpectation(expectation: Expectation, rename: Rename): Expectation {
  if (expectation.that === 'holds') return { ...expectation, when: inCondition(expectation.when, rename) };
  if ('templateId' in expectation && expectation.templateId)
    return { ...expectation, templateId: rename('template', expectation.templateId) };
  return expectation;
}

const text = new Intl.Collator('en', { numeric: true }).compare;

/** Nodes by id, edges by where they leave: the order in which they were drawn says nothing. */
function inOrder(graph: Graph): Graph {
  return {
    ...graph,
    nodes: graph.nodes.toSorted((a, b) => text(a.id, b.id)),
    edges: graph.edges.toSorted((a, b) => text(a.source, b.source) || text(a.sourceHandle, b.sourceHandle)),
  };
}

/** The file: two spaces, keys in a fixed order, a line break at the end. It may bring the templates along that it sends. */
export const flowFile = (graph: Graph & { templates?: readonly TemplateFile[] }): string =>
  `${JSON.stringify(ordered(graph), null, 2)}\n`;

/** What comes first where it is there; all else by name. */
const leading = [
  'id',
  'name',
  'type',
  'position',
  'source',
  'sourceHandle',
  'target',
  'field',
  'op',
  'value',
  'that',
];

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const place = (key: string) => (leading.includes(key) ? leading.indexOf(key) : leading.length);
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  entries.sort(([a], [b]) => place(a) - place(b) || text(a, b));
  return Object.fromEntries(entries.map(([key, each]) => [key, ordered(each)]));
}
