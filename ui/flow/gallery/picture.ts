/** Pure: a flow drawn small, without its words: a card for each step, in its family’s shape, and the ways between them. */
import { describeNode, noNames } from '../../../engine/flow/describe.ts';
import type { Graph } from '../../../engine/flow/schema.ts';
import type { Family } from '../../../engine/steps/step.ts';
import { nodeWidth } from '../canvas/measure.ts';
import { outline } from '../canvas/outline.ts';

export interface SmallCard {
  id: string;
  x: number;
  y: number;
  height: number;
  family: Family;
  body: string;
  edge: string;
  /** Pixels: the bars that stand for its sentence. */
  bars: number[];
}

export interface Picture {
  cards: SmallCard[];
  ways: string[];
  viewBox: string;
}

/** Width to height of the frame it is shown in; what is longer is cut off below. */
const ratio = 2.25;
const narrowest = 760;
const air = 40;

export function smallPicture(graph: Graph): Picture {
  const cards = graph.nodes.map((node): SmallCard => {
    const { family, summary } = describeNode(node, noNames);
    const height = family === 'end' ? 36 : 60;
    const { body, edge } = outline(family, nodeWidth, height);
    const bars = family === 'end' ? [40] : [Math.min(150, 50 + summary.length * 3)];
    return { id: node.id, ...node.position, height, family, body, edge, bars };
  });
  const byId = new Map(cards.map((card) => [card.id, card]));
  const ways = graph.edges.flatMap(({ source, target, sourceHandle }) => {
    const [from, to] = [byId.get(source), byId.get(target)];
    const node = graph.nodes.find((one) => one.id === source);
    if (!from || !to || !node) return [];
    const port = describeNode(node, noNames).ports.find((one) => one.id === sourceHandle);
    const into = to.x + nodeWidth / 2;
    if (port?.side === 'right' && to.x > from.x)
      return `M${from.x + nodeWidth} ${from.y + from.height / 2}H${into}V${to.y}`;
    const out = from.x + nodeWidth / 2;
    return `M${out} ${from.y + from.height}V${Math.max(from.y + from.height + 12, to.y - 12)}H${into}V${to.y}`;
  });
  const left = Math.min(...cards.map((card) => card.x));
  const right = Math.max(...cards.map((card) => card.x + nodeWidth));
  const top = Math.min(...cards.map((card) => card.y));
  const width = Math.max(narrowest, right - left + 2 * air);
  const x = (left + right) / 2 - width / 2;
  return { cards, ways, viewBox: `${x} ${top - air} ${width} ${width / ratio}` };
}
