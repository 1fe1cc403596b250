/** Pure: what two people changed alike, in words: per step its sentence on either side and the fields in question. */
import { describeNode, typeOf } from '../../../engine/flow/describe.ts';
import { type Conflict, questionOf, type Side } from '../../../engine/flow/merge.ts';
import type { FlowNode, Graph } from '../../../engine/flow/schema.ts';
import type { Names } from '../../../engine/steps/step.ts';
import { flowTexts as t } from '../texts.ts';

export interface Question {
  key: string;
  title: string;
  /** The fields in question; empty where the whole step is. */
  fields: string[];
  says: Record<Side, string>;
}

export function questionsOf(
  conflicts: readonly Conflict[],
  graphs: Record<Side, Graph>,
  names: Names,
): Question[] {
  const groups = Map.groupBy(conflicts, questionOf);
  return [...groups].map(([key, group]) => {
    const [{ part, id }] = group as [Conflict];
    if (part === 'nodes') return ofNode(key, id ?? '', group, graphs, names);
    const item = (side: Side) => itemOf(graphs[side], part, id);
    return {
      key,
      title:
        part === 'settings'
          ? t.conflict.settings
          : part === 'name'
            ? t.conflict.name
            : item('ours') || item('theirs') || part,
      fields: [],
      says: { ours: plainWords(group, 'ours'), theirs: plainWords(group, 'theirs') },
    };
  });
}

function ofNode(
  key: string,
  id: string,
  group: readonly Conflict[],
  graphs: Record<Side, Graph>,
  names: Names,
): Question {
  const find = (side: Side, which = id) => graphs[side].nodes.find((node) => node.id === which);
  const [ours, theirs] = [find('ours'), find('theirs')];
  const some = (ours ?? theirs) as FlowNode;
  const ways = group.filter(({ kind }) => kind === 'way');
  const onlyWays = ways.length === group.length;
  const sentence = (node: FlowNode | undefined) =>
    node ? describeNode(node, names).summary : t.conflict.removed;
  const leads = (side: Side) =>
    ways
      .map((way) => find(side, String(way[side])))
      .map((node) => (node ? sentence(node) : t.conflict.noWay))
      .join(', ');
  return {
    key,
    title: describeNode(some, names).label,
    fields: group.flatMap((conflict) => fieldWords(conflict, some, names)),
    says: onlyWays
      ? { ours: leads('ours'), theirs: leads('theirs') }
      : { ours: sentence(ours), theirs: sentence(theirs) },
  };
}

function fieldWords({ kind, field }: Conflict, node: FlowNode, names: Names): string[] {
  if (kind === 'removed') return [];
  if (kind === 'way')
    return [t.conflict.way(describeNode(node, names).ports.find((port) => port.id === field)?.label ?? '')];
  if (field === 'type') return [t.conflict.kind];
  const fields = (typeOf(node)?.fields ?? {}) as Record<string, { label?: string } | undefined>;
  return [(Object.hasOwn(fields, field) ? fields[field]?.label : undefined) ?? field];
}

const itemOf = (graph: Graph, part: string, id: string | null): string => {
  const list = (graph as unknown as Record<string, unknown>)[part];
  const found = Array.isArray(list) ? list.find((item: { id?: string }) => item.id === id) : undefined;
  return typeof found?.name === 'string' ? found.name : '';
};

/** Values that are words or numbers are said; others are only called mine and theirs. */
const plainWords = (group: readonly Conflict[], side: Side): string =>
  group
    .map((conflict) => conflict[side])
    .map((value) => (value === undefined ? t.conflict.removed : value))
    .filter((value) => typeof value === 'string' || typeof value === 'number')
    .join(', ');
