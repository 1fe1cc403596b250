/** Pure: a graph as nodes and edges of the canvas. What stands on each line, and its way, is decided by the caller. */
import type { Graph, NodeId } from '../../../engine/flow/schema.ts';
import type { CanvasEdge, CanvasNode, LinePart, NodeView, Way } from './look.ts';
import { nodeHeight, nodeWidth } from './measure.ts';

export interface Decoration {
  line(id: NodeId, view: NodeView): LinePart[];
  /** Null: as always. */
  nodeWay?(id: NodeId): Way | null;
  edgeWay?(edgeId: string): Way | null;
  /** Stands in for the port's own words. */
  edgeLabel?(edgeId: string): string | null;
  errors?(id: NodeId): number;
  warnings?(id: NodeId): number;
  /** Pixels; null: as always. */
  weight?(source: NodeId, port: string): number | null;
  editable: boolean;
}

const unknown: NodeView = { family: 'end', icon: 'flag', label: '', summary: '', ports: [] };

export function drawNodes(graph: Graph, views: ReadonlyMap<NodeId, NodeView>, how: Decoration): CanvasNode[] {
  return graph.nodes.map((node) => {
    const view = views.get(node.id) ?? unknown;
    const line = how.line(node.id, view);
    const errors = how.errors?.(node.id) ?? 0;
    return {
      id: node.id,
      type: 'step',
      position: node.position,
      ariaLabel: [view.summary, ...line.map((part) => part.text), errors > 0 ? `${errors} to mend` : '']
        .filter(Boolean)
        .join(', '),
      data: {
        view,
        width: nodeWidth,
        height: nodeHeight(view.family, view.summary),
        line,
        way: how.nodeWay?.(node.id) ?? null,
        errors,
        warnings: how.warnings?.(node.id) ?? 0,
        editable: how.editable,
      },
    };
  });
}

export function drawEdges(graph: Graph, views: ReadonlyMap<NodeId, NodeView>, how: Decoration): CanvasEdge[] {
  const top = new Map(graph.nodes.map((node) => [node.id, node.position.y]));
  /** How many come to a step from above; one that leads back up arrives on a way of its own. */
  const ways = new Map<NodeId, number>();
  for (const { source, target } of graph.edges)
    if ((top.get(source) ?? 0) < (top.get(target) ?? 0)) ways.set(target, (ways.get(target) ?? 0) + 1);
  return graph.edges.map((edge) => {
    const source = views.get(edge.source) ?? unknown;
    const port = source.ports.find((each) => each.id === edge.sourceHandle);
    const label = how.edgeLabel?.(edge.id) ?? port?.label ?? '';
    const target = views.get(edge.target) ?? unknown;
    const way = how.edgeWay?.(edge.id) ?? null;
    return {
      id: edge.id,
      type: 'way',
      source: edge.source,
      sourceHandle: edge.sourceHandle,
      target: edge.target,
      zIndex: way === 'taken' ? 2 : way === 'forecast' ? 1 : 0,
      ariaLabel: `${source.summary}${label ? `, ${label}` : ''}, then ${target.summary}`,
      data: {
        label,
        side: port?.side ?? 'bottom',
        merges: (ways.get(edge.target) ?? 0) > 1,
        way,
        weight: how.weight?.(edge.source, edge.sourceHandle) ?? null,
        editable: how.editable,
      },
    };
  });
}
