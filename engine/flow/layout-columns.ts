/** Pure: which column each card of a drawing stands in, once its row and its owner are known. */

import type { NodeId } from './schema.ts';

/** A card on its way to a place. Rows and heights in pixels, columns counted, halves allowed. */
export interface Placed {
  id: NodeId;
  height: number;
  /** Followers drawn under it, and beside it: each follower belongs to one predecessor only. */
  under: Placed[];
  beside: Placed[];
  row: number;
  column: number;
  /** Where the edge from its owner begins: from there down its column is its own. */
  from: number;
}

/** Pixels of air between two cards in a column. */
const air = 24;
const half = 0.5;

/** Places the trees side by side. A lone root, another way into the flow, stands by the card that it leads to. */
export function columns(roots: readonly Placed[], leadsTo: (root: Placed) => Placed | null): void {
  const settled: Placed[] = [];
  const alone: Placed[] = [];
  for (const root of roots) {
    if (settled.length > 0 && root.under.length + root.beside.length === 0) {
      alone.push(root);
      continue;
    }
    const tree = arrange(root);
    if (settled.length > 0) shift(tree, 1 + rightmost(settled) - leftmost(tree));
    settled.push(...tree);
  }
  for (const root of alone) {
    root.column = leadsTo(root)?.column ?? 0;
    settle([root], settled, 1);
    settled.push(root);
  }
}

/** Places a card and all that belongs to it; answers them. */
function arrange(at: Placed): Placed[] {
  const tree: Placed[] = [];
  let before: Placed | undefined;
  for (const next of at.under) {
    const branch = arrange(next);
    if (before) shift(branch, before.column + 1 - next.column);
    settle(branch, tree, half);
    tree.push(...branch);
    before = next;
  }
  // Over the middle follower, or between the middle two.
  const left = at.under[Math.floor((at.under.length - 1) / 2)];
  const right = at.under[Math.ceil((at.under.length - 1) / 2)];
  at.column = left && right ? (left.column + right.column) / 2 : 0;
  tree.push(at);
  for (const next of at.beside) {
    const branch = arrange(next);
    shift(branch, at.column + 1 - next.column);
    settle(branch, tree, half);
    tree.push(...branch);
  }
  return tree;
}

/** Moves cards to the right, by `step` columns at a time, until none of them is in another's way. */
function settle(cards: readonly Placed[], others: readonly Placed[], step: number): void {
  while (cards.some((card) => others.some((other) => inTheWay(card, other)))) shift(cards, step);
}

const inTheWay = (a: Placed, b: Placed): boolean =>
  Math.abs(a.column - b.column) < 1 && a.from < b.row + b.height + air && b.from < a.row + a.height + air;

function shift(cards: readonly Placed[], by: number): void {
  for (const card of cards) card.column += by;
}

const leftmost = (cards: readonly Placed[]): number => Math.min(...cards.map((card) => card.column));
const rightmost = (cards: readonly Placed[]): number => Math.max(...cards.map((card) => card.column));
