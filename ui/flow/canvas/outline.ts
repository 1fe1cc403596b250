/** Pure: the outline of a node, whose left edge tells its family apart without colour. */
import type { Family } from '../../../engine/steps/step.ts';

/** SVG paths in the node's own pixels: `body` is closed and filled, `edge` is the family's coloured left side. */
export interface Outline {
  body: string;
  edge: string;
}

const corner = 8;

/** Each draws from the top left to the bottom left, `i` pixels inside the box. */
const leftSide: { [F in Family]: (h: number, i: number) => string } = {
  trigger: (h, i) => {
    const r = Math.min(18, h / 2) - i;
    return `M${i + r} ${i} A${r} ${r} 0 0 0 ${i} ${i + r} V${h - i - r} A${r} ${r} 0 0 0 ${i + r} ${h - i}`;
  },
  wait: (h, i) => {
    const r = 6 - i;
    const notch = 7;
    return `M${i + r} ${i} A${r} ${r} 0 0 0 ${i} ${i + r} V${h / 2 - notch} A${notch} ${notch} 0 0 1 ${i} ${h / 2 + notch} V${h - i - r} A${r} ${r} 0 0 0 ${i + r} ${h - i}`;
  },
  logic: (h, i) => `M${10 + i} ${i} L${1 + i} ${h / 2} L${10 + i} ${h - i}`,
  action: (h, i) => {
    const r = 5 - i;
    return `M${i + r} ${i} A${r} ${r} 0 0 0 ${i} ${i + r} V${h - i - r} A${r} ${r} 0 0 0 ${i + r} ${h - i}`;
  },
  end: (h, i) => `M${10 + i} ${i} L${i} ${10 + i} V${h - i - 10} L${10 + i} ${h - i}`,
};

/** Width and height in pixels. */
export function outline(family: Family, width: number, height: number): Outline {
  const i = 0.5;
  const right = `H${width - i - corner} a${corner} ${corner} 0 0 0 ${corner} ${-corner} V${i + corner} a${corner} ${corner} 0 0 0 ${-corner} ${-corner} Z`;
  return { body: `${leftSide[family](height, i)} ${right}`, edge: leftSide[family](height, 1.5) };
}
