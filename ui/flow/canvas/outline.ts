/** Pure: the outline of a node, whose left edge tells its family apart without colour. */
import type { Family } from '../../../engine/steps/step.ts';

/** SVG paths in the node's own pixels: `body` is closed and filled, `edge` is the family's coloured left side. */
export interface Outline {
  body: string;
  edge: string;
}

const corner = 8;
/** The left corners of cards whose edge is a bar. */
const small = 4;

/** From the top left to the bottom left, `i` pixels inside the box. */
type LeftSide = (h: number, i: number) => string;

const arc = (r: number, to: string) => `A${r} ${r} 0 0 0 ${to}`;

const around: { [F in Family]: LeftSide } = {
  trigger: (h, i) => {
    const r = Math.min(18, h / 2) - i;
    return `M${i + r} ${i} ${arc(r, `${i} ${i + r}`)} V${h - i - r} ${arc(r, `${i + r} ${h - i}`)}`;
  },
  wait: (h, i) => {
    const r = small - i;
    return `M${i + r} ${i} ${arc(r, `${i} ${i + r}`)} ${notch(h, i)} V${h - i - r} ${arc(r, `${i + r} ${h - i}`)}`;
  },
  logic: (h, i) => `M${10 + i} ${i} L${1 + i} ${h / 2} L${10 + i} ${h - i}`,
  action: (h, i) => {
    const r = small - i;
    return `M${i + r} ${i} ${arc(r, `${i} ${i + r}`)} V${h - i - r} ${arc(r, `${i + r} ${h - i}`)}`;
  },
  end: (h, i) => `M${10 + i} ${i} L${i} ${10 + i} V${h - i - 10} L${10 + i} ${h - i}`,
};

const notch = (h: number, i: number) => `V${h / 2 - 7} A7 7 0 0 1 ${i} ${h / 2 + 7}`;

/** Where the coloured line is not the whole left side: bars end before the corners. */
const bar: Partial<Record<Family, LeftSide>> = {
  wait: (h, i) => `M${i} ${i + 1} ${notch(h, i)} V${h - i - 1}`,
  action: (h, i) => `M${i} ${i + 1} V${h - i - 1}`,
};

/** Width and height in pixels. */
export function outline(family: Family, width: number, height: number): Outline {
  const i = 0.5;
  const right = `H${width - i - corner} a${corner} ${corner} 0 0 0 ${corner} ${-corner} V${i + corner} a${corner} ${corner} 0 0 0 ${-corner} ${-corner} Z`;
  return {
    body: `${around[family](height, i)} ${right}`,
    edge: (bar[family] ?? around[family])(height, 1.5),
  };
}
