/** Going from card to card on the board. */
import { expect, it } from 'vitest';
import { stepFrom } from '../../ui/pages/pipelines/walk.ts';

const counts = [3, 0, 1, 2];
const from = (column: number, row: number, key: string) => stepFrom(counts, { column, row }, key);

it('goes up and down within a stage, and no further', () => {
  expect(from(0, 0, 'ArrowDown')).toEqual({ column: 0, row: 1 });
  expect(from(0, 2, 'ArrowUp')).toEqual({ column: 0, row: 1 });
  expect(from(0, 2, 'ArrowDown')).toBeNull();
  expect(from(0, 0, 'ArrowUp')).toBeNull();
});

it('goes over an empty stage, to the card of the same height or the last one', () => {
  expect(from(0, 2, 'ArrowRight')).toEqual({ column: 2, row: 0 });
  expect(from(2, 0, 'ArrowLeft')).toEqual({ column: 0, row: 0 });
  expect(from(3, 1, 'ArrowLeft')).toEqual({ column: 2, row: 0 });
});

it('stays at the board’s ends, and hears no other key', () => {
  expect(from(0, 1, 'ArrowLeft')).toBeNull();
  expect(from(3, 0, 'ArrowRight')).toBeNull();
  expect(from(0, 0, 'Enter')).toBeNull();
});
