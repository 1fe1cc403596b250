import { expect, test } from 'vitest';
import { type Rect, route } from '../../ui/flow/canvas/route.ts';

const card = (x: number, y: number): Rect => ({ x: x - 120, y, width: 240, height: 60 });

test('an edge that joins others stays in its own column until just above the step', () => {
  const from = { x: 296, y: 60 };
  const to = { x: 0, y: 122 };
  const cards = [card(296, 0), card(0, 122)];
  const [, alone] = route(from, 'bottom', to, cards);
  const [, joining] = route(from, 'bottom', to, cards, true);
  expect(alone).toEqual({ x: 296, y: 80 });
  expect(joining).toEqual({ x: 296, y: 106 });
});

test('an edge goes around the cards that stand between', () => {
  const cards = [card(0, 0), card(0, 120), card(0, 240), card(0, 360)];
  const points = route({ x: 40, y: 60 }, 'bottom', { x: 0, y: 360 }, cards, true);
  const beside = points.filter(({ x }) => Math.abs(x) > 120);
  expect(beside.length).toBeGreaterThan(0);
});

test('edges that lead to one step arrive on one line', () => {
  const to = { x: 0, y: 400 };
  const cards = [card(296, 0), card(592, 200), card(0, 400)];
  const fromBottom = route({ x: 296, y: 60 }, 'bottom', to, cards, true);
  const fromSide = route({ x: 712, y: 230 }, 'right', to, cards, true);
  expect(fromBottom.at(-2)?.y).toBe(fromSide.at(-2)?.y);
});
