/** Pure: the way of an edge from a port to a node, in right angles and around the cards between. */

export interface Point {
  x: number;
  y: number;
}

export interface Rect extends Point {
  width: number;
  height: number;
}

export type Side = 'bottom' | 'right';

/** Pixels: how far an edge runs straight before it turns, at its start and before its tip. */
const leave = 20;
const arrive = 16;
/** Half the free space between two columns. */
const gutter = 28;
const radius = 8;

/** The corners of the way, first and last included. `merges`: others lead there too, so it joins them only at the end. */
export function route(from: Point, side: Side, to: Point, cards: readonly Rect[], merges = false): Point[] {
  let best: Point[] | null = null;
  let bestCost = Number.POSITIVE_INFINITY;
  for (const candidate of candidates(from, side, to, merges)) {
    const points = tidy(candidate);
    const cost = crossings(points, cards) * 2000 + points.length * 30 + pathLength(points) * 0.1;
    // Of equals the first one wins, whatever the last digits say.
    if (cost < bestCost - 0.01) {
      best = points;
      bestCost = cost;
    }
  }
  return best ?? [from, to];
}

function* candidates(from: Point, side: Side, to: Point, merges: boolean): Generator<Point[]> {
  const below = to.y - from.y;
  const last = to.y - Math.min(arrive, Math.max(arrive / 2, below / 2));
  if (side === 'bottom') {
    if (below > 0 && Math.abs(from.x - to.x) < 1) yield [from, to];
    if (below > 12) {
      const early = from.y + Math.min(leave, below / 2);
      for (const y of merges ? [last, early] : [early, last])
        yield [from, { x: from.x, y }, { x: to.x, y }, to];
    }
    for (const x of lanes(from, to)) {
      yield [
        from,
        { x: from.x, y: from.y + leave / 2 },
        { x, y: from.y + leave / 2 },
        { x, y: last },
        { x: to.x, y: last },
        to,
      ];
    }
    return;
  }
  if (to.x > from.x + 12 && below > 4) yield [from, { x: to.x, y: from.y }, to];
  for (const x of [from.x + gutter, ...lanes(from, to).filter((lane) => lane > from.x + 8)]) {
    yield [from, { x, y: from.y }, { x, y: last }, { x: to.x, y: last }, to];
  }
}

/** Where a long vertical run may go: in the gutters beside either card. */
function lanes(from: Point, to: Point): number[] {
  const half = 120 + gutter;
  return [to.x + half, to.x - half, from.x + half, from.x - half];
}

/** Leaves out corners on a straight line. */
function tidy(points: Point[]): Point[] {
  return points.filter((point, i) => {
    const before = points[i - 1];
    const after = points[i + 1];
    if (!before || !after) return true;
    const alongX = Math.abs(before.x - point.x) < 0.5 && Math.abs(point.x - after.x) < 0.5;
    const alongY = Math.abs(before.y - point.y) < 0.5 && Math.abs(point.y - after.y) < 0.5;
    return !(alongX || alongY);
  });
}

function pathLength(points: Point[]): number {
  let length = 0;
  for (const [a, b] of pairs(points)) length += Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
  return length;
}

function crossings(points: Point[], cards: readonly Rect[]): number {
  let count = 0;
  for (const [a, b] of pairs(points)) {
    const left = Math.min(a.x, b.x);
    const right = Math.max(a.x, b.x);
    const top = Math.min(a.y, b.y);
    const bottom = Math.max(a.y, b.y);
    for (const card of cards) {
      // The tips of an edge touch its own cards; only what goes deeper counts.
      if (
        right > card.x + 6 &&
        left < card.x + card.width - 6 &&
        bottom > card.y + 6 &&
        top < card.y + card.height - 6
      )
        count++;
    }
  }
  return count;
}

function pairs(points: Point[]): [Point, Point][] {
  return points.slice(1).map((point, i) => [points[i] as Point, point]);
}

/** An SVG path through the corners, rounded. */
export function roundedPath(points: Point[]): string {
  const [first, ...rest] = points;
  if (!first) return '';
  let path = `M${first.x} ${first.y}`;
  rest.forEach((corner, i) => {
    const before = points[i] as Point;
    const after = rest[i + 1];
    if (!after) {
      path += ` L${corner.x} ${corner.y}`;
      return;
    }
    const r = Math.min(radius, distance(before, corner) / 2, distance(corner, after) / 2);
    const enter = towards(corner, before, r);
    const exit = towards(corner, after, r);
    path += ` L${enter.x} ${enter.y} Q${corner.x} ${corner.y} ${exit.x} ${exit.y}`;
  });
  return path;
}

const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y);

function towards(from: Point, to: Point, by: number): Point {
  const length = distance(from, to) || 1;
  return { x: from.x + ((to.x - from.x) / length) * by, y: from.y + ((to.y - from.y) / length) * by };
}

/** Pixels: what a pill may take across, half of it, and half a card's height with air. */
const pillHalf = 66;
const pastCard = 52;

/** The middle of the label's pill: where an edge has left its siblings and its card, as near its port as possible. */
export function labelPoint(points: Point[], side: Side): Point {
  const [first, second, third, fourth] = points;
  if (!first || !second) return first ?? { x: 0, y: 0 };
  const out = distance(first, second);
  if (side === 'right') {
    // Too short for a pill: it stands on the way down, under its card.
    if (third && out < 2 * pillHalf)
      return between(second, third, Math.min(pastCard, distance(second, third) - 12));
    return between(first, second, Math.max(out / 2, Math.min(out - pillHalf - 4, gutter + 12 + pillHalf)));
  }
  if (!third || !fourth) return between(first, second, Math.min(30, out / 2));
  const across = distance(second, third);
  const down = distance(third, fourth);
  // It turns only just above its target, where other edges arrive with labels of their own.
  if (out > down && across >= 2 * pillHalf) return between(second, third, pillHalf);
  return down >= 24 ? between(third, fourth, Math.min(22, down / 2)) : between(second, third, across / 2);
}

/** Where a new step would go: the middle of the last stretch. */
export function insertPoint(points: Point[]): Point {
  const last = points.at(-1);
  const before = points.at(-2);
  if (!last || !before) return { x: 0, y: 0 };
  return between(before, last, distance(before, last) / 2);
}

function between(a: Point, b: Point, by: number): Point {
  return towards(a, b, by);
}
