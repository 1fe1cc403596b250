import { expect, test } from 'vitest';
import { seats } from '../../workflows/pumps/pump.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('no more work is under way than there are seats, and whoever came first goes first', async () => {
  const seat = seats(2);
  const begun: number[] = [];
  const gates: (() => void)[] = [];
  const works = [1, 2, 3, 4].map((n) =>
    seat(async () => {
      begun.push(n);
      await new Promise<void>((resolve) => gates.push(resolve));
      return n;
    }),
  );
  await turn();
  expect(begun).toEqual([1, 2]);
  gates[1]?.();
  await turn();
  expect(begun).toEqual([1, 2, 3]);
  gates[0]?.();
  await turn();
  expect(begun).toEqual([1, 2, 3, 4]);
  gates[2]?.();
  gates[3]?.();
  expect(await Promise.all(works)).toEqual([1, 2, 3, 4]);
});

test('work that fails leaves its seat', async () => {
  const seat = seats(1);
  const failing = seat(async () => {
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect(await seat(async () => 'yes')).toBe('yes');
});
