/** Pure: the funnel's order and what each of its shares is a share of. */
import type { NodeFigures } from '../../../api/contract/flows.ts';
import type { FlowNode, Graph } from '../../../engine/flow/schema.ts';

export type FunnelKind = 'entered' | 'sent' | 'delivered' | 'clicked' | 'replied';

const whole: { [K in FunnelKind]: (figures: NodeFigures, all: number) => number } = {
  entered: (_, all) => all,
  sent: (figures) => figures.entered,
  delivered: (figures) => figures.sent,
  clicked: (figures) => figures.delivered,
  replied: (figures) => figures.delivered,
};

export const wholeOf = (kind: FunnelKind, figures: NodeFigures, all: number): number =>
  whole[kind](figures, all);

/** Top down, then left to right: as the canvas is read. */
export const inReadingOrder = (graph: Graph): FlowNode[] =>
  graph.nodes.toSorted((a, b) => a.position.y - b.position.y || a.position.x - b.position.x);
